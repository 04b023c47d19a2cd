"""Whether a review is positive, neutral or negative."""

from avro_schemas.records import CommerceEvent
from streams.enrich.tasks.task import Task


def _text(event: CommerceEvent) -> str | None:
    review = event["review"]
    return review["content"].strip() or None if review else None


REVIEW_SENTIMENT = Task(
    name="review_sentiment",
    version="1",
    field="sentiment",
    labels=("positive", "neutral", "negative"),
    text_of=_text,
    instruction="Classify the sentiment of product reviews as positive, neutral or negative.",
    examples=(
        ("Great quality, arrived fast. Very happy with it.", "positive"),
        ("Broken after two weeks, and nobody answers. Never again.", "negative"),
        ("It is okay. Does what it should.", "neutral"),
        ("Tolle Lampe, schnelle Lieferung, gerne wieder!", "positive"),
        ("Arrivé cassé, très déçu.", "negative"),
        ("Prima kwaliteit, snel geleverd.", "positive"),
    ),
)
