"""One supervisor per state directory: an advisory lock the kernel releases however its holder dies (flock(2))."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold(path: Path) -> Iterator[bool]:
    """Hold the lock while the block runs; yields False when another process has it."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def is_held(path: Path) -> bool:
    """True while some process holds the lock."""
    if not path.exists():
        return False
    with hold(path) as free:
        return not free
