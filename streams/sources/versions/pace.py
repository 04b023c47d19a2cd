"""How long an entity is waited for, and what waiting came to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from streams.sources.assembly.kinds import Kind
from streams.sources.versions.history import Told


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an entity is waited for."""

    quiet: timedelta = timedelta(seconds=1)
    """Without a change for so long, it is told as it is."""
    patience: timedelta = timedelta(seconds=30)
    """What is not whole after so long is asked for, and after as long again told or refused as it is."""
    life: timedelta = timedelta(days=7)
    """What has not changed for so long is forgotten: no longer than the changelog keeps it."""


@dataclass(frozen=True, slots=True)
class Woken:
    """What became of an entity that was waited for."""

    told: Sequence[Told] = field(default=(), repr=False)
    recall: Kind | None = None
    """Rows are missing, written before anybody listened: they have to be asked for."""
    forgotten: bool = False
    """Its life is over."""
