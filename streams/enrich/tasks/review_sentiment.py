"""Whether a review is positive, neutral or negative."""

from avro_schemas.records import CommerceEvent
from streams.enrich.tasks.task import Task


def _text(event: CommerceEvent) -> str | None:
    review = event["review"]
    return review["content"].strip() or None if review else None


REVIEW_SENTIMENT = Task(
    name="review_sentiment",
    version="1",
    asks="Review",
    answers="Sentiment",
    labels=("positive", "neutral", "negative"),
    text_of=_text,
    examples=(
        ("Works perfectly, I am very happy with it.", "positive"),
        ("Schlechte Qualität, schon kaputt.", "negative"),
        ("It is okay, nothing special.", "neutral"),
        ("Prachtig en snel geleverd!", "positive"),
        ("No funciona, muy decepcionado.", "negative"),
    ),
)
