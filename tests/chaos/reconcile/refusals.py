"""The book of the dead letters: which place was refused by which stage."""

from dataclasses import dataclass, field

from streams.delivery.deadletters import PREFIX
from streams.delivery.message import Message
from topics.catalogue import catalogue


@dataclass(slots=True)
class DeadLetters:
    """Filled letter by letter."""

    stages: dict[str, dict[str, str]] = field(default_factory=dict)
    """Place of the refused record -> stage -> rule."""
    letters: int = 0

    def take(self, message: Message) -> None:
        """Enter one dead letter. A letter without a cause counts as one of its own place, refused by nobody."""
        self.letters += 1
        told = {name.removeprefix(PREFIX): value.decode() for name, value in message.headers if name.startswith(PREFIX)}
        if not {"topic", "partition", "offset", "stage", "rule"} <= told.keys():
            self.stages.setdefault(message.place, {})["nobody"] = "a dead letter without its cause"
            return
        place = f"{told['topic']}[{told['partition']}]@{told['offset']}"
        self.stages.setdefault(place, {})[told["stage"]] = told["rule"]


def dead_letter_topics() -> list[str]:
    """Every topic of dead letters."""
    return [name for name, topic in catalogue().items() if topic.parent]
