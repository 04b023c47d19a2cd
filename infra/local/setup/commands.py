"""Package registries' own clients, run with their output in one log; nothing else fetches anything."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.files import last_lines

TIMEOUT_S = 1800


class FetchError(RuntimeError):
    """A registry's client failed; the text holds its last lines and what to do."""


def run(
    command: Sequence[str], log: Path, *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> None:
    """Run `command` to its end, output appended to `log`. Raises FetchError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        try:
            done = subprocess.run(
                command,
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FetchError(f"{command[0]} took longer than {TIMEOUT_S} s (log: {log})") from None
    if done.returncode != 0:
        tail = "\n".join(last_lines(log))
        raise FetchError(f"{' '.join(command[:4])} … exited with {done.returncode} (log: {log})\n{tail}")


def uv_install(lock: Path, target: Path, log: Path) -> None:
    """Install a hashed lock file's packages into `target`, beside the virtual environment. Raises FetchError."""
    uv = Path(sys.executable).parent / "uv"
    arguments = (
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--only-binary=:all:",
        "--target",
        str(target),
        "-r",
        str(lock),
    )
    run((str(uv), *arguments), log)
