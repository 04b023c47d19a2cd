"""Processes that are killed, and processes that stand still for a while."""

import contextlib
import os
import signal
from dataclasses import dataclass, field

from tests.chaos.stand import Stand


@dataclass(slots=True)
class Kill:
    """SIGKILL: nothing is flushed, closed or said goodbye to. The supervisor starts the component again."""

    component: str

    @property
    def name(self) -> str:
        """See Fault."""
        return f"kill-{self.component}"

    @property
    def lasts_s(self) -> float:
        """See Fault."""
        return 0.0

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        os.kill(await stand.pid(self.component), signal.SIGKILL)

    async def heal(self, stand: Stand) -> None:
        """Nothing: coming back is what is tested."""


@dataclass(slots=True)
class Pause:
    """SIGSTOP, later SIGCONT: connections stay open and nobody answers, as in a long garbage collection."""

    component: str
    lasts_s: float
    _stopped: int | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """See Fault."""
        return f"pause-{self.component}"

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        self._stopped = await stand.pid(self.component)
        os.kill(self._stopped, signal.SIGSTOP)

    async def heal(self, stand: Stand) -> None:
        """See Fault."""
        pid, self._stopped = self._stopped, None
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
