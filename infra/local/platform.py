"""The platform as a whole: start it detached, ask how it is, stop it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from infra.local.components import components
from infra.local.components.stages import client_environment
from infra.local.files import last_lines
from infra.local.layout import Layout
from infra.local.lock import is_held
from infra.local.ports import PortTakenError, require_free
from infra.local.settings import ROOT, LocalSettings
from infra.local.setup.stamps import require_set_up
from infra.local.status import PlatformStatus, read_status

Progress = Callable[[PlatformStatus], None]

_PAUSE_S = 0.1
_SUPERVISOR_START_S = 20.0
_KILLED_PROCESSES_END_S = 10.0


class PlatformError(RuntimeError):
    """The platform could not do what it was asked; the text says why and what helps."""


def no_progress(status: PlatformStatus) -> None:
    """A progress callback that shows nothing."""


class Platform:
    """One platform, found by its state directory. Every method may be called from any process."""

    def __init__(self, settings: LocalSettings | None = None) -> None:
        """`settings` default to the environment's."""
        self.settings = settings or LocalSettings()
        self.layout = Layout(self.settings.state_dir.absolute())
        self._launched: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """True while a supervisor holds the state directory."""
        return is_held(self.layout.lock_file)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that point Inland's clients at this platform."""
        return client_environment(self.settings, self.layout)

    def status(self) -> PlatformStatus:
        """What the supervisor last said; stopped when there is none."""
        status = read_status(self.layout.status_file)
        return status if self.running else PlatformStatus(phase="stopped", error=status.error)

    def up(self, *, platform_only: bool = False, progress: Progress = no_progress) -> PlatformStatus:
        """Start the platform and return when all of it is healthy; one that runs already is left as it is.

        Raises PlatformError when it does not come up; PortTakenError, SetupMissingError and ToolMissingError before
        anything is started. A KeyboardInterrupt stops what was started.
        """
        if self.running:
            self._require_same(platform_only)
            return self._wait_until_up(progress)
        require_set_up(self.settings)
        self.layout.create()
        self._require_ports(platform_only)
        self.layout.status_file.unlink(missing_ok=True)
        self._reap()  # one that was killed
        self._launched = self._launch(platform_only)
        return self._wait_until_up(progress)

    def down(self, *, deadline_s: float = 120.0) -> bool:
        """Stop the platform and wait until it is gone. False when none ran. Raises PlatformError after `deadline_s`."""
        if not self.running:
            return False
        pid = self._supervisor_pid()
        os.kill(pid, signal.SIGTERM)
        ends = time.monotonic() + deadline_s
        while self.running:
            if time.monotonic() > ends:
                raise PlatformError(
                    f"the supervisor (pid {pid}) still stops after {deadline_s:g} s: see {self.layout.logs}"
                )
            time.sleep(_PAUSE_S)
        self._reap()
        return True

    def _launch(self, platform_only: bool) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "infra.local.supervise", *(["--platform-only"] if platform_only else [])]
        environment = {**os.environ, **self.settings.environment(), "PYTHONPATH": str(ROOT)}
        with self.layout.log("supervisor").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )

    def _wait_until_up(self, progress: Progress) -> PlatformStatus:
        try:
            return self._poll_until_up(progress)
        except KeyboardInterrupt:
            if self._launched is not None:
                self._launched.terminate()
                self._reap()
            raise

    def _poll_until_up(self, progress: Progress) -> PlatformStatus:
        launched = self._launched
        while True:
            status = read_status(self.layout.status_file)
            progress(status)
            if status.phase in {"healthy", "degraded"}:
                return status
            if launched.poll() is not None if launched else not self.running:
                self._launched = None
                raise PlatformError(self._why_it_failed())
            time.sleep(_PAUSE_S)

    def _require_ports(self, platform_only: bool) -> None:
        """Raise PortTakenError; the processes of a supervisor that was killed get a moment to give their ports back."""
        left_behind = read_status(self.layout.status_file).phase in {"starting", "healthy", "degraded", "stopping"}
        ends = time.monotonic() + (_KILLED_PROCESSES_END_S if left_behind else 0.0)
        parts = components(self.settings, self.layout, platform_only=platform_only)
        while True:
            try:
                return require_free(parts)
            except PortTakenError:
                if time.monotonic() > ends:
                    raise
            time.sleep(_PAUSE_S)

    def _reap(self) -> None:
        """Collect the supervisor's exit, where this process is its parent."""
        if self._launched is not None:
            self._launched.wait()
            self._launched = None

    def _why_it_failed(self) -> str:
        status = read_status(self.layout.status_file)
        if status.error:
            return status.error
        log = self.layout.log("supervisor")
        return "\n".join([f"the supervisor ended before the platform was up (log: {log})", *last_lines(log)])

    def _require_same(self, platform_only: bool) -> None:
        status = read_status(self.layout.status_file)
        if status.phase in {"stopping", "failed"}:
            raise PlatformError("the platform is stopping: run `inland up` again in a moment")
        if status.platform_only and not platform_only:
            raise PlatformError("only the infrastructure is running: run `inland down` first, then `inland up`")

    def _supervisor_pid(self) -> int:
        """The pid in the status file, which the lock's holder wrote; waits for one that is just starting."""
        ends = time.monotonic() + _SUPERVISOR_START_S
        while self.running:
            pid = read_status(self.layout.status_file).supervisor_pid
            if pid is not None and _is_supervisor(pid):
                return pid
            if time.monotonic() > ends:
                break
            time.sleep(_PAUSE_S)
        raise PlatformError(f"{self.layout.lock_file} is held by a process that is no supervisor of this platform")


def _is_supervisor(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - a file of the kernel
            return b"infra.local.supervise" in file.read()
    except OSError:
        return False
