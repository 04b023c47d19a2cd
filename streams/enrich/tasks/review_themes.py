"""What a review is about, so that the shop sees where praise and complaints come from."""

from typing import Literal

from pydantic import Field

from streams.enrich.tasks.reading import review
from streams.enrich.tasks.shapes import Choice, Form
from streams.enrich.tasks.step import Answers, Source, Step, few_shot
from streams.enrich.tasks.task import Answer, Golden, Task

Theme = Literal["quality", "delivery", "price", "size", "service", "other"]
_THEMES: tuple[Theme, ...] = ("quality", "delivery", "price", "size", "service", "other")


class ReviewThemes(Form):
    """The answer: the main theme first; a small model finds one."""

    themes: list[Theme] = Field(min_length=1, max_length=3)


def _conclude(_source: Source, answers: Answers) -> Answer:
    return Answer(answers["theme"], {"themes": [answers["theme"]]})


REVIEW_THEMES = Task(
    name="review_themes",
    version="1",
    about="What a review is about: quality, delivery, price, size, service or something else.",
    events="reviews, new and edited",
    lane="batch",
    deadline_s=60.0,
    patience_s=6 * 3600.0,
    source_of=review,
    steps=(
        Step(
            "theme",
            few_shot(
                "Review",
                "Theme",
                (
                    ("Broke after two days, bad material.", "quality"),
                    ("It took three weeks to arrive.", "delivery"),
                    ("Far too expensive for what it is.", "price"),
                    ("Runs small, order one size up.", "size"),
                    ("The support team answered at once.", "service"),
                    ("I bought it for my sister.", "other"),
                    ("Solid and well made.", "quality"),
                    ("Came the next day, well packed.", "delivery"),
                    ("A bargain, half of what others ask.", "price"),
                    ("Fits perfectly around the waist.", "size"),
                    ("Nobody replied to my mails.", "service"),
                    ("Nice website.", "other"),
                ),
            ),
            Choice(_THEMES),
        ),
    ),
    answer=ReviewThemes,
    conclude=_conclude,
    labels=_THEMES,
    goldens=(
        Golden("The parcel arrived a week late.", "delivery"),
        Golden("Too small, I had to exchange it for a larger size.", "size"),
        Golden("Much cheaper than in other shops.", "price"),
    ),
)
