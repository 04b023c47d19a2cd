"""What a note on an order is about, so that support can route it."""

from pathlib import Path
from typing import Literal, get_args

from streams.enrich.tasks.nearest import read_bank
from streams.enrich.tasks.reading import note
from streams.enrich.tasks.shapes import Choice, Form
from streams.enrich.tasks.step import Answers, Shots, Source, Step, nearest_shots, shot_form
from streams.enrich.tasks.task import Answer, Golden, Task

Intent = Literal["delivery", "refund", "payment", "product", "account", "data_subject_request", "other"]
DATA_SUBJECT_REQUEST: Intent = "data_subject_request"


class NoteIntent(Form):
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


_ASKS, _ANSWERS = "Message", "Topic"
_SHOTS = Shots(read_bank(Path(__file__).parent / "intents.yaml"), 3, shot_form(_ASKS, _ANSWERS))

NOTE_INTENT = Task(
    name="note_intent",
    version="2",
    about="What a note on an order is about, for routing; a data-subject request is raised to compliance, too.",
    events="notes on orders by people, and the customer's note of an order, each once",
    lane="checkout",
    deadline_s=20.0,
    patience_s=None,
    source_of=note,
    steps=(Step("topic", nearest_shots(_ASKS, _ANSWERS), Choice(tuple(_WORDS)), shots=_SHOTS),),
    answer=NoteIntent,
    conclude=_conclude,
    labels=get_args(Intent),
    goldens=(
        Golden("Where is my parcel?", "delivery"),
        Golden("I would like to return the jacket.", "refund"),
        Golden("My card was charged twice.", "payment"),
        Golden("Please delete all personal data you hold about me.", "data_subject_request"),
        Golden("Waar blijft mijn pakket?", "delivery", "nl"),
    ),
    read_once=True,
)
