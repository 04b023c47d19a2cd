"""Starts the components in the order of their needs, keeps the status file, stops them in reverse."""

import asyncio
import contextlib
import os
import time
from collections.abc import Sequence

from infra.local.component import Component
from infra.local.files import last_lines
from infra.local.layout import Layout
from infra.local.order import levels
from infra.local.restarts import restarts_of
from infra.local.runner import Runner, StartError
from infra.local.settings import LocalSettings
from infra.local.status import UP, ComponentStatus, Phase, PlatformStatus, State, write_status


class Supervisor:
    """Runs one platform. It owns the status file and every process it starts."""

    def __init__(
        self, components: Sequence[Component], settings: LocalSettings, layout: Layout, *, platform_only: bool
    ) -> None:
        """Raises OrderError when the components' needs cannot be met."""
        self._levels = levels(components)
        self._settings, self._layout = settings, layout
        self.status = PlatformStatus(
            phase="starting",
            supervisor_pid=os.getpid(),
            platform_only=platform_only,
            components=[ComponentStatus(name=c.name, address=c.address, log=layout.log(c.name)) for c in components],
        )
        self._runners = {
            c.name: Runner(c, self.status.component(c.name), self._changed, restarts_of(c, settings))
            for c in components
        }

    async def run(self, stop: asyncio.Event) -> int:
        """Start everything, stay until `stop` is set, stop everything. 0, or 1 when something did not start."""
        starting = asyncio.create_task(self._start_all())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            starting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await starting
        if not self.status.error:
            await stopping
        stopping.cancel()
        await self._stop_all()
        self._phase("failed" if self.status.error else "stopped")
        return 1 if self.status.error else 0

    async def _start_all(self) -> None:
        """Each component starts as soon as what it needs is up; the first failure ends the attempt."""
        begun = time.monotonic()
        self._changed()
        up = {name: asyncio.Event() for name in self._runners}
        try:
            async with asyncio.TaskGroup() as group:
                for runner in self._runners.values():
                    group.create_task(self._start_one(runner, up))
        except* StartError as failures:
            error = failures.exceptions[0]
            self.status.error = str(error)
            failed = next((c for c in self.status.components if c.state is State.FAILED), None)
            if failed is not None:
                self.status.error = "\n".join([self.status.error, *last_lines(failed.log)])
        else:
            self.status.seconds = time.monotonic() - begun
            self._phase("healthy")

    async def _start_one(self, runner: Runner, up: dict[str, asyncio.Event]) -> None:
        for need in runner.component.needs:
            await up[need].wait()
        await runner.start(self._settings.start_deadline_s)
        up[runner.component.name].set()

    async def _stop_all(self) -> None:
        self._phase("stopping")
        for level in reversed(self._levels):
            await asyncio.gather(*(self._runners[c.name].stop(self._settings.stop_deadline_s) for c in level))

    def _phase(self, phase: Phase) -> None:
        self.status.phase = phase
        self._changed()

    def _changed(self) -> None:
        """Write the status file; healthy and degraded follow from the components."""
        if self.status.phase in {"healthy", "degraded"}:
            self.status.phase = "healthy" if all(c.state in UP for c in self.status.components) else "degraded"
        write_status(self._layout.status_file, self.status)
