"""Shifts the wall clock of one Python process: put this folder first on its PYTHONPATH.

INLAND_CHAOS_CLOCK names a file with the shift in seconds; it may change while the process runs. `time.time` (aiokafka,
Faust, logging) and the project's one clock are shifted; monotonic time, which time-outs go by, is not: the kernel does
not step it either.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

_READ_EVERY_S = 0.2


class _Shift:
    """The shift in seconds, read again now and then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seconds = 0.0
        self._read_at = float("-inf")

    def seconds(self) -> float:
        """The shift now."""
        if time.monotonic() - self._read_at > _READ_EVERY_S:
            self._read_at = time.monotonic()
            try:
                self._seconds = float(self._path.read_text(encoding="ascii") or 0)
            except (OSError, ValueError):
                self._seconds = 0.0
        return self._seconds


def _install(path: Path) -> None:
    import streams.clock  # noqa: PLC0415 - only a process that is told to be wrong about the time loads it here

    shift, real_time, real_now = _Shift(path), time.time, streams.clock.now

    def shifted_time() -> float:
        return real_time() + shift.seconds()

    def shifted_now() -> datetime:
        return real_now() + timedelta(seconds=shift.seconds())

    time.time = shifted_time
    streams.clock.now = shifted_now


if (_named := os.environ.get("INLAND_CHAOS_CLOCK")) is not None:
    _install(Path(_named))
