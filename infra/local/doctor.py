"""What this machine lacks, and the command that mends it; changes nothing."""

import os
import platform
import shutil

from pydantic import BaseModel, computed_field

from infra.local.ports import is_free
from infra.local.settings import PORT_FIELDS, LocalSettings, variable_of
from infra.local.setup.programs import how_to_install
from infra.local.setup.steps import steps
from infra.local.tools import mariadbd

_MEMORY_NEEDED = 6 * 1024**3
_DISK_NEEDED = 4 * 1024**3


class Check(BaseModel):
    """One thing that was looked at; `remedy` is the command for one that is not ok."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


class Report(BaseModel):
    """All checks of one machine."""

    checks: list[Check]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ok(self) -> bool:
        """True when nothing is missing."""
        return all(check.ok for check in self.checks)


def examine(settings: LocalSettings) -> Report:
    """Look at machine, programs, set-up, memory, disk and, when the platform is down, ports."""
    return Report(
        checks=[_machine(), _maven(settings), _npm(), _mariadb(settings), *_set_up(settings), *_room(settings)]
    )


def _machine() -> Check:
    found = f"{platform.system()} {platform.machine()}"
    remedy = "use Linux on x86-64: the ClickHouse engine and the MariaDB binaries are built for it"
    return Check(name="machine", ok=found == "Linux x86_64", found=found, remedy=remedy)


def _maven(settings: LocalSettings) -> Check:
    program = shutil.which("mvn")
    # Maven only fetches: a machine that is set up does not miss it.
    done = all(step.is_done() for step in steps(settings))
    found = program or ("none, and none needed: set-up is complete" if done else "none")
    return Check(name="maven", ok=done or program is not None, found=found, remedy=how_to_install("maven"))


def _npm() -> Check:
    program = shutil.which("npm")
    return Check(name="npm", ok=True, found=program or "none: set-up takes it as a Python package")


def _mariadb(settings: LocalSettings) -> Check:
    program = mariadbd(settings.lib_dir)
    return Check(name="mariadb", ok=program is not None, found=str(program or "none"), remedy="inland setup")


def _set_up(settings: LocalSettings) -> list[Check]:
    return [
        Check(
            name=f"set-up: {step.name}",
            ok=step.is_done(),
            found=step.describes,
            remedy="inland setup",
        )
        for step in steps(settings)
    ]


def _room(settings: LocalSettings) -> list[Check]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(settings.state_dir).free
    checks = [
        Check(name="memory", ok=memory >= _MEMORY_NEEDED, found=f"{memory / 1e9:.1f} GB", remedy="6 GB are needed"),
        Check(
            name="disk",
            ok=disk >= _DISK_NEEDED,
            found=f"{disk / 1e9:.1f} GB free",
            remedy=f"4 GB are needed: set {variable_of('state_dir')} to a larger disk",
        ),
    ]
    from infra.local.platform import Platform  # noqa: PLC0415 - the platform needs the set-up this file reports on

    if not Platform(settings).running:
        taken = [field for field in PORT_FIELDS if not is_free(getattr(settings, field))]
        remedy = "; ".join(f"set {variable_of(field)} to a free port" for field in taken)
        checks.append(
            Check(name="ports", ok=not taken, found=", ".join(taken) + " taken" if taken else "free", remedy=remedy)
        )
    return checks
