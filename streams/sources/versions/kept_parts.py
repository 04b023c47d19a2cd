"""The lines and refunds that have reached an order, each with its newest contents by place in the binlog. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from streams.delivery.refusal import RefusedError
from streams.sources.assembly.parts import Part, PartKind

MAX_PARTS = 20_000
# Saves that may be under way while a version waits; each changes a line's rows one after the other.
_REMEMBERED = 24
# An order of thousands of lines remembers less of each: its state has to fit into a record of the changelog.
_MANY, _REMEMBERED_OF_MANY = 500, 2


@dataclass(frozen=True, slots=True)
class Place:
    """When a version was true: `written` is the place of its own row, `ended` that of the next one's; None for now."""

    written: str
    ended: str | None = None


class KeptParts:
    """Contents by part, as JSON: `{part: [[position, content or null], ...]}`, oldest first."""

    def __init__(self, kept: Mapping[str, Sequence[Any]] | None = None) -> None:
        """`kept`: what `state` gave."""
        self._parts: dict[str, Sequence[Any]] = dict(kept or {})

    @property
    def state(self) -> dict[str, Any]:
        """For the table, as JSON."""
        return self._parts

    def take(self, part: Part) -> bool:
        """Take a part in; False when it says nothing new. RefusedError when there are too many."""
        known = self._parts.get(part.name, ())
        if known and (known[-1][0] > part.position or known[-1][1] == part.content):
            return False
        if not known and len(self._parts) >= MAX_PARTS:
            raise RefusedError(f"assembly: more than {MAX_PARTS} parts of one order", "see who writes such orders")
        self._parts[part.name] = [*known, [part.position, part.content]][-self._remembered :]
        return True

    @property
    def _remembered(self) -> int:
        return _REMEMBERED if len(self._parts) < _MANY else _REMEMBERED_OF_MANY

    def knows(self, part: Part) -> bool:
        """Whether the part came before, whatever it said."""
        return part.name in self._parts

    def at(self, place: Place) -> list[Part]:
        """The parts of a version. A refund belongs to the save whose row was written after it."""
        return list(self._at(place))

    def pending(self, place: Place) -> bool:
        """Whether a save goes on that began with a refund, or with another content of a line: the entity's own row is
        still to come, and so may be the rest of the line."""
        return place.ended is None and any(
            (name.startswith("refund/") or len(known) > 1) and known[-1][0] > place.written
            for name, known in self._parts.items()
        )

    def _at(self, place: Place) -> Iterator[Part]:
        for name, known in self._parts.items():
            kind, _, number = name.partition("/")
            seen = _before(kind, known, place, self._remembered)
            if seen is not None:
                yield Part("", 0, cast(PartKind, kind), int(number), seen[0], seen[1])


def _before(kind: str, known: Sequence[Any], place: Place, remembered: int) -> Any:
    if place.ended is None:
        return known[-1]
    seen = [one for one in known if (one[0] <= place.written if kind == "refund" else one[0] < place.ended)]
    if seen:
        return seen[-1]
    # What is older than memory was like the oldest that is remembered.
    return known[0] if len(known) >= remembered else None
