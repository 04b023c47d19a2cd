"""What a note on an order is about, so that support can route it."""

from typing import Literal

from pydantic import BaseModel

from streams.enrich.tasks.reading import note
from streams.enrich.tasks.shapes import Choice
from streams.enrich.tasks.task import Answer, Answers, Golden, Source, Step, Task, few_shot

Intent = Literal["delivery", "refund", "payment", "product", "account", "data_subject_request", "other"]
DATA_SUBJECT_REQUEST: Intent = "data_subject_request"


class NoteIntent(BaseModel):
    """The answer."""

    intent: Intent


# Label words that a small model knows; the answer says what they stand for.
_WORDS: dict[str, Intent] = {
    "delivery": "delivery",
    "refund": "refund",
    "payment": "payment",
    "product": "product",
    "account": "account",
    "privacy": DATA_SUBJECT_REQUEST,
    "other": "other",
}


def _conclude(_source: Source, answers: Answers) -> Answer:
    intent = _WORDS[answers["topic"]]
    return Answer(intent, {"intent": intent})


_SHOTS = (
    ("My parcel has still not arrived.", "delivery"),
    ("I want to send this back and get my money.", "refund"),
    ("I was charged two times.", "payment"),
    ("Is this coat warm enough for winter?", "product"),
    ("My login does not work.", "account"),
    ("Delete all the data you have about me.", "privacy"),
    ("Thanks for the nice service!", "other"),
    ("Please ring the bell when you deliver.", "delivery"),
    ("The vase is broken, please refund it.", "refund"),
    ("Can I get an invoice for my company?", "payment"),
    ("Does it fit a 15 inch laptop?", "product"),
    ("Please change my email in my profile.", "account"),
    ("Which information do you store about me?", "privacy"),
    ("Happy new year to all of you!", "other"),
)

NOTE_INTENT = Task(
    name="note_intent",
    version="2",
    about="What a note on an order is about, for routing; a data-subject request is raised to compliance, too.",
    events="notes on orders by people, and the customer's note of an order, each once",
    lane="checkout",
    deadline_s=20.0,
    patience_s=None,
    source_of=note,
    steps=(Step("topic", few_shot("Message", "Topic", _SHOTS), Choice(tuple(_WORDS))),),
    answer=NoteIntent,
    conclude=_conclude,
    goldens=(
        Golden("Where is my parcel?", "delivery"),
        Golden("I would like to return the jacket.", "refund"),
        Golden("My card was charged twice.", "payment"),
        Golden("Please delete all personal data you hold about me.", "data_subject_request"),
        Golden("Waar blijft mijn pakket?", "delivery", "nl"),
    ),
    read_once=True,
)
