"""Whether a review is positive, neutral or negative: three questions of two words each; no agreement is neutral.

A model of 135 M parameters never says `neutral` when it is one word among three, however many examples it is shown, and
is right about most others. Asked in three ways, it contradicts itself on what is neither.
"""

from typing import Literal, get_args

from streams.enrich.tasks.reading import review
from streams.enrich.tasks.shapes import Choice, Form
from streams.enrich.tasks.step import Answers, Source, Step, few_shot
from streams.enrich.tasks.task import Answer, Golden, Task

Sentiment = Literal["positive", "neutral", "negative"]


class ReviewSentiment(Form):
    """The answer."""

    sentiment: Sentiment


_LIKED = (
    "Works perfectly, I am very happy with it.",
    "Beautiful and well made, fast delivery.",
    "Great value, my whole family loves it.",
)
_DISLIKED = (
    "Broken after one day, very disappointed.",
    "Poor quality, do not buy it.",
    "It never worked and nobody helped me.",
)


def _step(name: str, asks: str, liked: str, disliked: str) -> Step:
    # The last example weighs most with a small model: the good one, since reviews that complain say so anyway.
    pairs = zip(_DISLIKED, _LIKED, strict=True)
    shots = tuple(shot for bad, good in pairs for shot in ((bad, disliked), (good, liked)))
    return Step(name, few_shot("Review", asks, shots), Choice((liked, disliked)))


_STEPS = (
    _step("sentiment", "Sentiment", "positive", "negative"),
    _step("rating", "Rating", "good", "bad"),
    _step("customer", "The customer is", "happy", "unhappy"),
)
_LIKES = {"positive", "good", "happy"}


def _conclude(_source: Source, answers: Answers) -> Answer:
    liked = sum(answers[step.name] in _LIKES for step in _STEPS)
    found: Sentiment = "positive" if liked == len(_STEPS) else "neutral" if liked else "negative"
    return Answer(found, {"sentiment": found})


REVIEW_SENTIMENT = Task(
    name="review_sentiment",
    version="2",
    about="Whether a review is positive, neutral or negative.",
    events="reviews, new and edited",
    lane="batch",
    deadline_s=60.0,
    patience_s=6 * 3600.0,
    source_of=review,
    steps=_STEPS,
    answer=ReviewSentiment,
    conclude=_conclude,
    labels=get_args(Sentiment),
    goldens=(
        Golden("Absolutely love it, best purchase of the year.", "positive"),
        Golden("Terrible, it broke on the first day.", "negative"),
        Golden("Prachtig en snel geleverd, ik ben er heel blij mee.", "positive", "nl"),
        Golden("Schlechte Qualität, schon nach zwei Tagen kaputt.", "negative", "de"),
    ),
)
