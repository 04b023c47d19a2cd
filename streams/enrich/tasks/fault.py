"""What may be wrong with an answer, and what the repairing prompt says of it. The words belong to a task's version."""

from typing import Literal

Wrong = Literal[
    "empty", "not_json", "not_allowed", "ungrounded", "wrong_language", "placeholders", "invented", "personal_data"
]

SAID: dict[Wrong, str] = {
    "empty": "Note: an empty answer is not enough.",
    "not_json": "Note: answer with one JSON object and nothing else.",
    "not_allowed": "Note: answer only in the form of the examples.",
    "ungrounded": "Note: answer only with words that stand in the text.",
    "wrong_language": "Note: answer in the language of the examples.",
    "placeholders": "Note: use each placeholder of the examples exactly once, and no other.",
    "invented": "Note: no prices, numbers, discounts, promises or links.",
    "personal_data": "Note: no names, addresses or numbers of people.",
}
"""By what was wrong: a line of the second prompt."""


class FaultyAnswerError(Exception):
    """An answer that does not count. ``wrong``: why; the text is never in it."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong: Wrong = wrong
