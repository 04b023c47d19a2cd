"""What was set up already: a stamp per step, the hash of what the step was made from."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from infra.local.files import write_atomic
from infra.local.settings import ROOT, LocalSettings

SETUP = ROOT / "infra" / "setup"
JAVA_FROM = (SETUP / "java.lock",)
JARS_FROM = (SETUP / "pom.xml", ROOT / "infra" / "local" / "setup" / "manifest.py")
ENGINE_FROM = (SETUP / "package-lock.json", SETUP / "package.json")


class SetupMissingError(RuntimeError):
    """Set-up was not run on this machine, or its pinned versions changed since."""


def fingerprint(sources: Sequence[Path], *more: str) -> str:
    """Hash of the files' contents and of `more`."""
    digest = hashlib.sha256()
    for part in (*(path.read_bytes() for path in sources), *(text.encode() for text in more)):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def is_current(lib: Path, step: str, mark: str) -> bool:
    """True when `step` was completed with the same fingerprint."""
    stamp = _stamp(lib, step)
    return stamp.exists() and stamp.read_text(encoding="ascii") == mark


def unstamp(lib: Path, step: str) -> None:
    """Forget that `step` was completed, before anything of it is touched."""
    _stamp(lib, step).unlink(missing_ok=True)


def stamp(lib: Path, step: str, mark: str) -> None:
    """Note that `step` is complete."""
    path = _stamp(lib, step)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, mark)


def require_set_up(settings: LocalSettings) -> None:
    """Raise SetupMissingError unless jars and engine of the pinned versions are there."""
    for step, sources in (("java", JAVA_FROM), ("jars", JARS_FROM), ("engine", ENGINE_FROM)):
        if not is_current(settings.lib_dir, step, fingerprint(sources)):
            raise SetupMissingError(f"{step} of the pinned versions are not set up: run `inland setup`")


def _stamp(lib: Path, step: str) -> Path:
    return lib / ".stamps" / step
