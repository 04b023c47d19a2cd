"""`inland shop`: schema, run, replay."""

import asyncio
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.local.layout import Layout
from infra.local.settings import HOST, LocalSettings
from infra.local.shop import site
from infra.local.shop.changes import PREFIX
from infra.local.shop.database import DatabaseSettings, ShopDatabaseError, create_schema
from infra.local.shop.plan import shop_plan
from infra.local.shop.planned import EVERYTHING, Group
from infra.local.shop.replay import RecordingError, recorded
from infra.local.shop.replay import replay as post_again
from infra.local.shop.run import RunSettings, Summary
from infra.local.shop.run import run as play
from infra.local.shop.site import OrderStorage

F = TypeVar("F", bound=Callable[..., object])

MAX_ORDERS = 1_000_000
PER_SECOND = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Rate(click.ParamType):
    """`5/s`, `30/m`, `200/h`, or `max` for as fast as possible; the value is orders per second or None."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        """Read a rate."""
        found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)/([smh])", str(value))
        if str(value) == "max":
            return None
        if not found or float(found[1]) == 0:
            self.fail(f"{value!r} is no rate: write 5/s, 30/m, 200/h or max", param, ctx)
        return float(found[1]) / PER_SECOND[found[2]]


def database_options(command: F) -> F:
    """Where MariaDB is; a command gets one `database` argument per option."""
    for option in (
        click.option("--table-prefix", default=PREFIX, show_default=True, help="Of the shop's tables."),
        click.option("--mariadb-database", default="shop", show_default=True),
        click.option(
            "--mariadb-password-file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Default: the platform's secret mariadb-shop.",
        ),
        click.option("--mariadb-user", default="shop", show_default=True),
        click.option("--mariadb-port", type=int, help="Default: the platform's."),
        click.option("--mariadb-host", default=HOST, show_default=True),
    ):
        command = option(command)
    return command


@click.group()
def shop() -> None:
    """A generated WooCommerce shop: HPOS tables, signed webhooks, and a ledger of all that happened."""


@shop.command()
@database_options
def schema(**database: object) -> None:
    """Create the WordPress and WooCommerce tables that are missing."""
    created = _answer(lambda: create_schema(_database(database)))
    click.echo(f"{created} tables created" if created else "all tables are there")


@shop.command()
@click.option("--orders", type=click.IntRange(0, MAX_ORDERS), default=200, show_default=True)
@click.option("--rate", type=Rate(), default="5/s", show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--reviews", type=click.IntRange(0, MAX_ORDERS), help="Default: one for every second order.")
@click.option("--notes", type=click.IntRange(0, MAX_ORDERS), help="Notes by staff; default: two for five orders.")
@click.option("--webhook-url", help="Where to post, e.g. http://127.0.0.1:18088/webhooks/demo; without it, nowhere.")
@click.option("--secret-file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--drop-webhooks",
    "--drop",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of deliveries that are lost, drawn by the seed: WooCommerce sends nothing twice.",
)
@click.option(
    "--without",
    "groups",
    multiple=True,
    type=click.Choice([group.value for group in Group]),
    help="Leave a group of what happens beside selling out; may be repeated.",
)
@click.option(
    "--order-storage",
    type=click.Choice([storage.value for storage in OrderStorage]),
    default="tables",
    show_default=True,
    help="`posts` for orders in wp_posts, as older shops have them.",
)
@click.option("--source-url", default=f"{site.SITE_URL}/", show_default=True, help="Of the shop, as webhooks name it.")
@click.option(
    "--absence",
    type=click.FloatRange(0, 3600),
    default=1.0,
    show_default=True,
    help="Seconds that somebody stays away who leaves a cart and comes back.",
)
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), help="JSON lines of all that happened.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@database_options
def run(  # noqa: PLR0913, PLR0917 - a command has a parameter per option
    orders: int,
    rate: float | None,
    seed: int,
    reviews: int | None,
    notes: int | None,
    webhook_url: str | None,
    secret_file: Path | None,
    drop_webhooks: float,
    groups: tuple[str, ...],
    order_storage: str,
    source_url: str,
    absence: float,
    ledger: Path | None,
    as_json: bool,
    **database: object,
) -> None:
    """Sell: seeded customers, orders and all that happens beside them, written to MariaDB and posted as webhooks."""
    if webhook_url and not secret_file:
        raise click.UsageError("--webhook-url needs --secret-file: WooCommerce signs every delivery")
    secret = _secret(secret_file) or secrets.token_urlsafe(32)
    settings = RunSettings(
        _database(database),
        webhook_url,
        secret,
        rate,
        drop_webhooks,
        ledger,
        order_storage=OrderStorage(order_storage),
        source_url=source_url,
        absence_s=absence,
    )
    plan = shop_plan(orders, seed, reviews, notes, EVERYTHING - {Group(name) for name in groups})
    console = Console(stderr=True)
    columns = (TextColumn("orders"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=as_json or not console.is_terminal) as bar:
        task = bar.add_task("orders", total=len(plan.orders))
        summary = _answer(lambda: asyncio.run(play(plan, settings, lambda done: bar.update(task, completed=done))))
    click.echo(json.dumps(asdict(summary))) if as_json else Console().print(_table(summary))


@shop.command()
@click.argument("recording", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--url", required=True, help="Where to post, e.g. http://127.0.0.1:18088/webhooks/kantoor")
@click.option("--secret-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Sign anew.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def replay(recording: Path, url: str, secret_file: Path | None, as_json: bool) -> None:
    """Post recorded deliveries again, byte by byte, pings too."""
    summary = _answer(lambda: asyncio.run(post_again(list(recorded(recording, _secret(secret_file))), url)))
    if as_json:
        click.echo(json.dumps(asdict(summary)))
        return
    answers = ", ".join(f"{count} x {answer}" for answer, count in sorted(summary.answers.items()))
    click.echo(f"{summary.sent} sent ({summary.pings} pings), {summary.acknowledged} acknowledged: {answers}")


T = TypeVar("T")


def _answer(work: Callable[[], T]) -> T:
    """Turn the shop's own errors into a sentence and exit code 1."""
    try:
        return work()
    except (ShopDatabaseError, RecordingError) as error:
        raise click.ClickException(str(error)) from error


def _secret(path: Path | None) -> str | None:
    return path.read_text("utf-8").strip() if path else None


def _database(options: dict[str, object]) -> DatabaseSettings:
    platform = LocalSettings()
    password = options["mariadb_password_file"] or Layout(platform.state_dir).secrets / "mariadb-shop"
    return _answer(
        lambda: DatabaseSettings(
            host=str(options["mariadb_host"]),
            port=int(str(options["mariadb_port"] or platform.mariadb_port)),
            user=str(options["mariadb_user"]),
            password_file=Path(str(password)),
            database=str(options["mariadb_database"]),
            prefix=str(options["table_prefix"]),
        )
    )


def _table(summary: Summary) -> Table:
    table = Table(title="The shop's day", show_header=False)
    for name, value in asdict(summary).items():
        table.add_row(name.replace("_", " "), f"{value:,}")
    return table
