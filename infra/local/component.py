"""What the supervisor knows of one part of the platform."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Probe = Callable[[], Awaitable[None]]
"""Returns when the part serves its clients; raises anything else, whose text says what is missing."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command run to its end before the component starts, such as formatting a data directory."""

    command: tuple[str, ...]
    stdin: Path | None = None


def no_preparation() -> Sequence[Step]:
    """The preparation of a component that needs none."""
    return ()


@dataclass(frozen=True, slots=True)
class PortUse:
    """A loopback port and the settings field that moves it."""

    field: str
    number: int


@dataclass(frozen=True, slots=True)
class Component:
    """One process: how it is prepared, started, probed and stopped.

    `prepare` runs in the supervisor right before the start, writes configuration, and returns the steps still to
    be run.
    A component without a probe is a one-shot: it is done when it exits with 0. `restart` is for Inland's own stages;
    infrastructure that dies is reported, and started again where the settings say so. `liveness` asks whether a stage
    does its work; one that often enough does not is ended and started again. `user_id` drops root before the exec.
    """

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    probe: Probe | None = None
    liveness: Probe | None = None
    ports: tuple[PortUse, ...] = ()
    address: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], Sequence[Step]] = no_preparation
    restart: bool = False
    user_id: int | None = None

    @property
    def one_shot(self) -> bool:
        """True for a command that is run once, to its end."""
        return self.probe is None
