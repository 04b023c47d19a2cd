"""What is known of a running platform, as the supervisor writes it to the status file and others read it."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from infra.local.files import write_atomic
from infra.local.process import resident_bytes


class State(StrEnum):
    """Where one component is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    RESTARTING = "restarting"
    DONE = "done"
    STOPPED = "stopped"
    EXITED = "exited"
    FAILED = "failed"


Phase = Literal["starting", "healthy", "degraded", "stopping", "stopped", "failed"]

UP = frozenset({State.HEALTHY, State.DONE})


class ComponentStatus(BaseModel):
    """One component; `seconds` is the time from its own start until it was healthy, or done.

    `restarts` counts those that a minute of health has not forgiven yet; `last_restart` keeps time and cause.
    """

    name: str
    state: State = State.WAITING
    pid: int | None = None
    address: str = ""
    seconds: float | None = None
    restarts: int = 0
    last_restart: str = ""
    log: Path
    detail: str = ""

    @property
    def rss_bytes(self) -> int:
        """Resident memory now, in bytes; 0 when it does not run."""
        return resident_bytes(self.pid) if self.pid else 0


class PlatformStatus(BaseModel):
    """The whole platform; `seconds` is the time from the start of `up` until everything was healthy."""

    phase: Phase = "stopped"
    supervisor_pid: int | None = None
    platform_only: bool = False
    seconds: float | None = None
    error: str = ""
    components: list[ComponentStatus] = []

    @property
    def rss_bytes(self) -> int:
        """Resident memory of all processes, the supervisor's included; pages they share are counted in each."""
        own = resident_bytes(self.supervisor_pid) if self.supervisor_pid else 0
        return own + sum(component.rss_bytes for component in self.components)

    def component(self, name: str) -> ComponentStatus:
        """The component called `name`. Raises KeyError listing the names there are."""
        for component in self.components:
            if component.name == name:
                return component
        raise KeyError(f"no component {name!r}; there are {[c.name for c in self.components]}")


def read_status(path: Path) -> PlatformStatus:
    """The last status written to `path`; stopped where there is none. Raises ValueError for another kind of file."""
    try:
        return PlatformStatus.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return PlatformStatus()
    except ValidationError as error:
        raise ValueError(
            f"{path} is not a status file of this version: remove it while the platform is down"
        ) from error


def write_status(path: Path, status: PlatformStatus) -> None:
    """Replace the status file."""
    write_atomic(path, status.model_dump_json(indent=1))
