"""`up`, `down`, `status`, `doctor`, `reset`: the commands that `inland` and `python -m infra.local` share."""

import asyncio
import shutil
import sys

import click
from rich.console import Console
from rich.live import Live

from infra.local.doctor import examine
from infra.local.lock import hold
from infra.local.order import OrderError
from infra.local.platform import Platform, PlatformError
from infra.local.ports import PortTakenError, require_free
from infra.local.setup.fetch import set_up
from infra.local.setup.stamps import SetupMissingError, require_set_up
from infra.local.status import PlatformStatus
from infra.local.tables import component_table, summary
from infra.local.tools import ToolMissingError

_EXPECTED = (PlatformError, PortTakenError, SetupMissingError, ToolMissingError, OrderError, ValueError)

console = Console()


def _fail(error: Exception) -> None:
    console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)


@click.command()
@click.option("--platform-only", is_flag=True, help="Infrastructure without Inland's stages.")
@click.option("--foreground", is_flag=True, help="Stay, and stop everything on Ctrl-C.")
def up(platform_only: bool, foreground: bool) -> None:
    """Start the platform on this machine and wait until all of it is healthy."""
    platform = Platform()
    try:
        if foreground:
            sys.exit(_supervise_here(platform, platform_only))
        if platform.running:
            console.print("already running")
        with Live(component_table(PlatformStatus()), console=console, transient=True, refresh_per_second=8) as live:
            status = platform.up(platform_only=platform_only, progress=lambda s: live.update(component_table(s)))
    except KeyboardInterrupt:
        console.print("stopped")
        sys.exit(130)
    except _EXPECTED as error:
        _fail(error)
    else:
        console.print(component_table(status), summary(status), sep="\n")


@click.command()
def down() -> None:
    """Stop the platform, the last started first, and wait until it is gone."""
    try:
        console.print("stopped" if Platform().down() else "was not running")
    except _EXPECTED as error:
        _fail(error)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """State, pid, memory and address of each component. Exit status 1 when not all is healthy."""
    now = Platform().status()
    if as_json:
        click.echo(now.model_dump_json(indent=1))
    else:
        console.print(component_table(now), summary(now), sep="\n")
    sys.exit(0 if now.phase == "healthy" else 1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """What is missing on this machine, and the command that mends it. Exit status 1 when something is."""
    report = examine(Platform().settings)
    if as_json:
        click.echo(report.model_dump_json(indent=1))
    else:
        for check in report.checks:
            console.print(f"{'[green]✓[/]' if check.ok else '[red]✗[/]'} {check.name}: {check.found}")
            if not check.ok:
                console.print(f"  {check.remedy}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(0 if report.ok else 1)


@click.command()
def setup() -> None:
    """Fetch what the platform needs from package registries; what is there already is not fetched again."""
    sys.exit(0 if set_up(Platform().settings, console) else 1)


@click.command()
@click.confirmation_option(prompt="Delete the platform's data, logs and secrets?")
def reset() -> None:
    """Delete data, logs and secrets of the platform, which must be down; what set-up fetched stays."""
    layout = Platform().layout
    layout.create()
    with hold(layout.lock_file) as held:
        if not held:
            _fail(PlatformError("the platform is running: run `inland down` first"))
        for folder in (layout.data, layout.logs, layout.run, layout.secrets):
            shutil.rmtree(folder)
        layout.shops_file.unlink(missing_ok=True)
        layout.residency_file.unlink(missing_ok=True)
        layout.status_file.unlink(missing_ok=True)
    console.print("deleted")


def _supervise_here(platform: Platform, platform_only: bool) -> int:
    from infra.local.components import components  # noqa: PLC0415 - the supervisor's own imports, needed here alone
    from infra.local.secrets import create_secrets  # noqa: PLC0415
    from infra.local.supervise import supervise  # noqa: PLC0415

    require_set_up(platform.settings)
    platform.layout.create()
    with hold(platform.layout.lock_file) as held:
        if not held:
            raise PlatformError("already running: `inland status` shows it, `inland down` stops it")
        require_free(components(platform.settings, platform.layout, platform_only=platform_only))
        create_secrets(platform.layout)
        console.print(f"starting; logs in {platform.layout.logs}, Ctrl-C stops")
        return asyncio.run(supervise(platform.settings, platform_only=platform_only))


COMMANDS: list[click.Command] = [setup, up, down, status, doctor, reset]
"""For a group to add."""
