"""Which dead letters of a partition need no replay any more, and how a consumer group remembers it. Pure.

A committed offset alone can only say "everything before here". A replay of some letters leaves others open before
them. So the commit's metadata names, in the same breath, the stretches behind the committed offset that are settled
too (as Confluent's Parallel Consumer does). Neither ever covers a letter that was passed over or failed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aiokafka.structs import OffsetAndMetadata

LIMIT = 4096
"""Bytes of metadata that a broker takes with a commit (offset.metadata.max.bytes)."""
_VERSION = "1:"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Settled:
    """All offsets below `upto`, and stretches `(first, end)` behind it: sorted, apart from each other, not empty."""

    upto: int = 0
    beyond: tuple[tuple[int, int], ...] = ()

    def __contains__(self, offset: int) -> bool:
        return offset < self.upto or any(first <= offset < end for first, end in self.beyond)

    def also(self, offsets: Iterable[int]) -> "Settled":
        """With more offsets settled."""
        return _joined(self.upto, [*self.beyond, *((offset, offset + 1) for offset in offsets)])

    def within(self, begin: int, end: int) -> "Settled":
        """What it says of a partition that holds the offsets from `begin` to `end`.

        Expired letters need no replay. What was settled behind the end was settled in a topic that is no more.
        """
        if max([self.upto, *(last for _, last in self.beyond)]) > end:
            return Settled(begin)
        return _joined(max(begin, self.upto), self.beyond)

    @property
    def metadata(self) -> str:
        """The stretches as distance and length, each counted from the end of the one before, in base 36."""
        parts, at = [], self.upto
        for first, end in self.beyond:
            parts.append(f"{_base36(first - at)}.{_base36(end - first)}")
            at = end
        return _VERSION + ",".join(parts) if parts else ""

    @property
    def commit(self) -> OffsetAndMetadata:
        """For the group to keep. What does not fit is left out: those letters would be put back again, never lost."""
        kept = self
        while len(kept.metadata) > LIMIT:
            kept = Settled(kept.upto, kept.beyond[:-1])
        return OffsetAndMetadata(kept.upto, kept.metadata)

    @classmethod
    def of(cls, committed: OffsetAndMetadata | None) -> "Settled":
        """What the group kept. Metadata that somebody else wrote says nothing."""
        if committed is None or committed.offset < 0:
            return cls()
        try:
            return _joined(committed.offset, _stretches(committed.offset, committed.metadata))
        except ValueError:
            return cls(committed.offset)


def _stretches(at: int, metadata: str) -> Iterator[tuple[int, int]]:
    if not metadata:
        return
    if not metadata.startswith(_VERSION):
        raise ValueError("no metadata of a replay")
    for part in metadata.removeprefix(_VERSION).split(","):
        distance, _, length = part.partition(".")
        if not (distance + length).isalnum():
            raise ValueError("no metadata of a replay")
        first = at + int(distance, 36)
        at = first + int(length, 36)
        yield first, at


def _joined(upto: int, stretches: Iterable[tuple[int, int]]) -> Settled:
    apart: list[tuple[int, int]] = []
    for first, end in sorted(stretches):
        if first <= upto:
            upto = max(upto, end)
        elif apart and first <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((first, end))
    return Settled(upto, tuple(apart))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
