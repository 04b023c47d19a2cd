"""`inland watch`."""

import asyncio
import logging
import sys
from collections.abc import Sequence

import click
import orjson

from streams.clock import now
from streams.log import configure
from streams.settings import settings
from streams.watch.changes import Changes
from streams.watch.report import outcome
from streams.watch.serve import keep_watch, look_once
from streams.watch.verdict import GroupVerdict


@click.command()
@click.option("--once", is_flag=True, help="Look, print, and end with an exit code that says the verdict.")
@click.option("--group", help="One consumer group alone, such as inland-redact.  [default: all of the catalogue]")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs, on a terminal too.")
@click.option(
    "--for",
    "look_s",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="With --once: look so long at most, and call stuck what has not moved in that time.  "
    "[default: as long as INLAND_WATCH_NO_PROGRESS_S and INLAND_WATCH_PATIENCE need]",
)
@click.option("--probe", is_flag=True, help="With --once: exit with 0 unless starting workers again may help (20).")
def watch(once: bool, group: str | None, as_json: bool, look_s: float | None, probe: bool) -> None:
    """See consumers that are connected and do nothing, fall behind, or are gone.

    Without --once it watches for ever: a table on a terminal, else a JSON line for each verdict that changes. On
    INLAND_HTTP_PORT it serves /health, /metrics, /live/<group> and /live/<group>/<client id>; /live answers 503 while a
    partition is stuck or unassigned.

    \b
    Exit codes of --once:
       0  ok            every partition has a member and moves, or nothing waits
      10  lagging       more waits than INLAND_WATCH_MAX_LAG, or parked: waits for a dependency
      20  stuck         records wait and the offset stands still, or unassigned: no member, no leader
      30  unreachable   Kafka does not answer
       1  an error      2  a wrong command line
    """
    if not once and (look_s or probe):
        raise click.UsageError("--for and --probe go with --once")
    configure(logging.ERROR if once else logging.INFO)
    if once:
        sys.exit(_once(group, as_json, look_s, probe))
    if as_json or not sys.stdout.isatty():
        asyncio.run(keep_watch(settings(), group, _Lines()))
    else:
        _table(group)


def _once(group: str | None, as_json: bool, look_s: float | None, probe: bool) -> int:
    from rich.console import Console  # noqa: PLC0415 - not for a process that watches for ever

    from streams.watch.show import picture  # noqa: PLC0415

    told = Console(stderr=True)
    with told.status("looking …") as status:

        def progress(left_s: float, groups: Sequence[GroupVerdict]) -> None:
            waiting = [one.group for one in groups if not one.settled]
            status.update(f"looking for {left_s:.0f} s more at most: {', '.join(waiting)}")

        groups = asyncio.run(look_once(settings(), group, look_s, progress))
    found = outcome(groups, now())
    if as_json:
        click.echo(orjson.dumps(found).decode())
    else:
        Console().print(picture(groups), str(found.verdict), sep="\n")
    return found.exit_code if not probe or found.exit_code == 20 else 0


def _table(group: str | None) -> None:
    from rich.live import Live  # noqa: PLC0415 - not for a process that watches for ever

    from streams.watch.show import picture  # noqa: PLC0415

    with Live(picture([]), refresh_per_second=2) as live:
        asyncio.run(keep_watch(settings(), group, lambda groups: live.update(picture(groups))))


class _Lines:
    """Writes a JSON line for each verdict that changed."""

    def __init__(self) -> None:
        self._changes = Changes()

    def __call__(self, groups: Sequence[GroupVerdict]) -> None:
        for change in self._changes.since_last(groups, now()):
            sys.stdout.write(orjson.dumps(change).decode() + "\n")
        sys.stdout.flush()
