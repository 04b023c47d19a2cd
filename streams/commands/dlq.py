"""`inland dlq`: the dead letters."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

import click
import orjson
from rich.console import Console
from rich.progress import Progress as Bar

from streams.commands import dlq_views as views
from streams.deadletters.broker import Broker
from streams.deadletters.finding import count, find
from streams.deadletters.letter import Selection
from streams.deadletters.replay import Outcome, Policy, Wanted
from streams.deadletters.replay import replay as put_back
from streams.delivery.reading import RangeError, parse_edge
from streams.settings import settings
from topics.catalogue import DEAD_LETTER_SUFFIX, catalogue
from topics.model import Zone
from topics.names import dead_letters


class _Topic(click.ParamType):
    name = "TOPIC"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value).removesuffix(DEAD_LETTER_SUFFIX)


class _Time(click.ParamType):
    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            edge = parse_edge(str(value))
        except RangeError:
            edge = "latest"
        if not isinstance(edge, datetime):
            self.fail("give a time such as 2026-05-04T10:00:00 (UTC unless it names a zone)", param, ctx)
        return edge


_selecting = (
    click.option("--stage", help="Only letters of this stage, e.g. redact."),
    click.option("--rule", help="Only letters whose rule begins so, e.g. `residency:`."),
)


def _selection(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_selecting):
        command = option(command)
    return command


@click.group()
def dlq() -> None:
    """What stages refused: `list` counts it, `show` tells of one letter, `replay` puts letters back.

    A dead letter is the record as it came, in <topic>.dlq, with the cause in its headers. Mend the cause first (the
    remedy says how), then replay.
    """


@dlq.command("list")
@click.option("--topic", type=_Topic(), help="Only letters of this topic; all topics of the catalogue otherwise.")
@_selection
@click.option("--since", type=_Time(), help="Only what was refused since then.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def list_(topic: str | None, stage: str | None, rule: str | None, since: datetime | None, as_json: bool) -> None:
    """Count dead letters by topic, stage and rule: how many, since when, how many put back already, and the remedy."""
    names = [topic] if topic else [one.parent for one in catalogue().values() if one.parent]
    found = asyncio.run(count(settings().kafka_bootstrap, names, Selection(stage, rule), since))
    if as_json:
        click.echo(orjson.dumps([asdict(kind) | {"open": kind.open} for kind in found]).decode())
    else:
        views.show_kinds(Console(), found)


@dlq.command()
@click.argument("topic", type=_Topic())
@click.argument("partition", type=click.IntRange(0))
@click.argument("offset", type=click.IntRange(0))
@click.option("--value", is_flag=True, help="Write the record's value, byte for byte, and nothing else: for a pipe.")
@click.option("--personal-data", is_flag=True, help="Let --value show personal data on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def show(  # noqa: PLR0913  # options of a command
    topic: str, partition: int, offset: int, *, value: bool, personal_data: bool, as_json: bool
) -> None:
    """Tell everything of one letter but its content: cause, place, attempts, header names, sizes and SHA-256.

    PARTITION and OFFSET are the letter's own, in <TOPIC>.dlq, as `inland dlq replay` and the logs name them.
    """
    name = dead_letters(topic)
    if value and _restricted(name) and sys.stdout.isatty() and not personal_data:
        told = f"{name} is of the restricted zone, its records are personal data as it came"
        raise click.ClickException(f"{told}: send the output into a pipe or file, or add --personal-data")
    letter, replayed = asyncio.run(find(settings().kafka_bootstrap, topic, partition, offset))
    if value:
        if letter.message.value is None:
            raise click.ClickException(f"{letter.message.place} has no value: it is a tombstone")
        sys.stdout.buffer.write(letter.message.value)
    elif as_json:
        click.echo(orjson.dumps(views.facts(letter, replayed)).decode())
    else:
        views.show_letter(Console(), views.facts(letter, replayed))


def _restricted(name: str) -> bool:
    known = catalogue().get(name)
    return known is None or known.zone is Zone.RESTRICTED


@dlq.command()
@click.option("--topic", type=_Topic(), required=True, help="Whose letters to put back.")
@_selection
@click.option(
    "--policy",
    type=click.Choice(get_args(Policy)),
    default="stop-on-error",
    show_default=True,
    help="What to do when a letter is refused again or its headers are broken: stop there, or count it and go on.",
)
@click.option("--max", "most", type=click.IntRange(1), help="Put back so many at most.")
@click.option(
    "--batch", type=click.IntRange(1, 1000), default=50, show_default=True, help="With `skip`: most letters at a time."
)
@click.option(
    "--patience",
    type=click.FloatRange(1, 3600),
    default=60.0,
    show_default=True,
    help="Seconds that a stage's group may stand still before a letter.",
)
@click.option("--compacted", is_flag=True, help="Put back into a compacted topic: the letter becomes its key's newest.")
@click.option("--dry-run", is_flag=True, help="Count what would be put back, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
def replay(  # noqa: PLR0913  # options of a command
    topic: str,
    *,
    stage: str | None,
    rule: str | None,
    policy: Policy,
    most: int | None,
    batch: int,
    patience: float,
    compacted: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put dead letters back into the topic they came from: same partition, key, value and headers.

    Waits until the stage that refused a letter has taken it up again, and tells when it refuses again; what was put
    back is remembered and not put back twice. Exits with 1 when it had to stop. `skip` stops too, when a tenth of
    INLAND_REFUSALS_IN_A_ROW are refused again one after the other: the stage itself would stop soon.
    """
    known = catalogue().get(topic)
    if known is not None and "compact" in known.spec.cleanup and not compacted:
        told = f"{topic} keeps the newest record of each key, and a letter put back would be the newest"
        raise click.ClickException(f"{told}: add --compacted if nothing newer was written since")
    # Far below what a stage may refuse in a row: its worker must not end because of a replay.
    in_a_row = max(1, settings().refusals_in_a_row // 10)
    wanted = Wanted(topic, Selection(stage, rule), policy, most, batch, in_a_row, patience, dry_run)
    outcome = asyncio.run(_replay(wanted, quiet=as_json))
    if as_json:
        click.echo(orjson.dumps(asdict(outcome)).decode())
    else:
        views.show_outcome(Console(), outcome)
    if outcome.stopped is not None:
        raise click.exceptions.Exit(1)


async def _replay(wanted: Wanted, *, quiet: bool) -> Outcome:
    with _progress(quiet) as progress:
        async with Broker(settings().kafka_bootstrap) as broker:
            return await put_back(broker, wanted, progress)


@contextmanager
def _progress(quiet: bool) -> Any:
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("letters", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
