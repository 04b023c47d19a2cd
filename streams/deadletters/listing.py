"""What lies in the dead-letter topics, counted by topic, stage and rule. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from streams.deadletters.letter import Letter


@dataclass(frozen=True, slots=True)
class Kind:
    """Letters of one topic that one stage refused by one rule; times are those of the refusal."""

    topic: str
    stage: str
    """Empty where the headers are broken."""
    rule: str
    remedy: str
    letters: int
    replayed: int
    first: datetime
    last: datetime

    @property
    def open(self) -> int:
        """Letters that were not put back yet."""
        return self.letters - self.replayed


class Tally:
    """Counts letters one by one: there may be more of them than fit into memory."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Kind] = {}

    def add(self, letter: Letter, *, replayed: bool) -> None:
        """Count one."""
        one = _alone(letter, replayed)
        key = (one.topic, one.stage, one.rule)
        self._found[key] = _together(self._found[key], one) if key in self._found else one

    @property
    def kinds(self) -> list[Kind]:
        """Those with most open letters first."""
        return sorted(self._found.values(), key=lambda kind: (-kind.open, kind.topic, kind.stage, kind.rule))


def _alone(letter: Letter, replayed: bool) -> Kind:
    at = letter.refused_at
    stage = letter.cause.stage if letter.cause else ""
    return Kind(letter.message.topic, stage, letter.rule, letter.remedy, 1, int(replayed), at, at)


def _together(some: Kind, one: Kind) -> Kind:
    newest = one if one.last >= some.last else some
    return replace(
        newest,
        letters=some.letters + one.letters,
        replayed=some.replayed + one.replayed,
        first=min(some.first, one.first),
        last=max(some.last, one.last),
    )
