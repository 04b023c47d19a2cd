"""Child processes that cannot outlive their supervisor."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Mapping
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


async def spawn(
    command: tuple[str, ...],
    log: Path,
    environment: Mapping[str, str],
    *,
    user_id: int | None = None,
    stdin: Path | None = None,
) -> asyncio.subprocess.Process:
    """Start `command` in a session of its own, its output appended to `log`.

    The kernel kills it when this process dies, however that happens (prctl(2), PR_SET_PDEATHSIG). Call it from the main
    thread: the signal follows the thread that forked. Raises OSError when the command cannot be executed.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab"))
        source = stack.enter_context(stdin.open("rb")) if stdin else asyncio.subprocess.DEVNULL
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=source,
            stdout=output,
            stderr=output,
            env=dict(environment),
            start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor alone, which stops in order
            preexec_fn=die_with_parent,
            user=user_id,
            extra_groups=[] if user_id is not None else None,
        )


async def stop(process: asyncio.subprocess.Process, deadline_s: float) -> bool:
    """SIGTERM, wait at most `deadline_s`, then SIGKILL to the whole session. True when it went by itself."""
    clean = True
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), deadline_s)
        except TimeoutError:
            clean = False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # also what the process itself started
    await process.wait()
    return clean


def rotate(log: Path) -> None:
    """Begin a new log; the one of the run before stays beside it as `.log.1`."""
    with contextlib.suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.1"))


def is_there(pid: int) -> bool:
    """True while the process table holds the process."""
    return Path(f"/proc/{pid}").exists()


def resident_bytes(pid: int) -> int:
    """Resident set size of a process in bytes (proc(5), VmRSS), 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0
