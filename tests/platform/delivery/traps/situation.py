"""What a test tells the processes of a trap, and what goes wrong in them: once, and never again after a restart."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Way = Literal["plain", "inland"]
Trap = Literal["raises", "take", "crashing", "sigterm", "gap", "undecodable", "changelog"]
FATAL = b"fatal"
"""The record on which it goes wrong."""
POISON = b"\xffno JSON"
TABLE = "counts"
BATCH = 10


@dataclass(frozen=True, slots=True)
class Situation:
    """One trap on topics of its own."""

    trap: Trap
    bootstrap: str
    name: str
    """Faust's app, and so its consumer group, is `inland-<name>`."""
    folder: str
    """Where the processes leave marks for the test and for their successors."""

    @property
    def source(self) -> str:
        """Topic that is read; one partition."""
        return f"{self.name}.source"

    @property
    def target(self) -> str:
        """Topic that is written; one partition."""
        return f"{self.name}.target"

    @property
    def group(self) -> str:
        """Consumer group of the process."""
        return f"inland-{self.name}"

    @property
    def changelog(self) -> str:
        """Changelog of the table, as Faust names it."""
        return f"inland-{self.name}-{TABLE}-changelog"

    def first(self, mark: str) -> bool:
        """True the first time that any process of the situation asks."""
        try:
            (Path(self.folder) / mark).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def happened(self, mark: str) -> bool:
        """Whether a process has been there."""
        return (Path(self.folder) / mark).exists()

    def told(self) -> str:
        """For a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, told: str) -> "Situation":
        """From a command line."""
        return cls(**json.loads(told))
