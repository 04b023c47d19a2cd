"""`inland connect`: the connectors that capture the shops' databases."""

import asyncio
import json
from dataclasses import asdict

import click

from avro_schemas.codec import Codec
from avro_schemas.registry import Registry
from streams.connect.client import ConnectClient
from streams.connect.ready import require_topics
from streams.connect.reconcile import reconcile
from streams.connect.signal import Order
from streams.connect.snapshot import ask
from streams.connect.snapshot import snapshot as take_snapshot
from streams.connect.wanted import wanted
from streams.settings import settings

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")


@click.group()
def connect() -> None:
    """The connectors that capture the shops' databases: what the connectors file says, and what Kafka Connect has.

    INLAND_CONNECTORS_FILE names the file, INLAND_CONNECT_URL Kafka Connect.
    """


@connect.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--wait", "wait_s", default=90.0, show_default=True, type=click.FloatRange(1, 600), metavar="SECONDS",
              help="Longest wait until every connector runs.")  # fmt: skip
@click.option("--start-over", "shop", metavar="SHOP", help="Have this shop's connector take a new snapshot.")
@_JSON
def apply(dry_run: bool, wait_s: float, shop: str | None, as_json: bool) -> None:
    """Create the connectors that are missing, update those that differ, and wait until all of them run.

    Applied twice, the second time changes nothing. Connectors that the file does not name are left alone. One that has
    failed is started again; where the server has deleted its place in the binlog, it starts over with a new snapshot.
    """
    here = wanted(settings())
    configs, start_over = here.configs(), here.of_shop(shop).name if shop else None
    if not dry_run:
        asyncio.run(require_topics(settings().kafka_bootstrap))
    with ConnectClient(settings().connect_url) as client:
        differences = reconcile(client, configs, deadline_s=wait_s, dry_run=dry_run, start_over=start_over)
    if as_json:
        click.echo(json.dumps([difference.as_json() for difference in differences]))
        return
    for difference in differences:
        click.echo(str(difference))


@connect.command()
@_JSON
def status(as_json: bool) -> None:
    """How the connectors are. Exits with 1 when one does not run."""
    with ConnectClient(settings().connect_url) as client:
        found = {name: client.status(name) for name in wanted(settings()).configs()}
    if as_json:
        click.echo(json.dumps({name: None if state is None else asdict(state) for name, state in found.items()}))
    else:
        for name, state in found.items():
            told = "not there: `inland connect apply` creates it"
            if state is not None:
                told = f"{state.state}, tasks {', '.join(state.tasks) or 'none'}  {state.trouble}".rstrip()
            if state is not None and state.purged:
                told += (
                    ": the server has deleted the binlog that it would go on from; `inland connect apply` starts over"
                )
            click.echo(f"{name:<30} {told}")
    if not all(state is not None and state.runs for state in found.values()):
        raise click.exceptions.Exit(1)


@connect.command()
@click.argument("shop", required=False)
def show(shop: str | None) -> None:
    """Print the configuration of a SHOP's connector as JSON, or of all. A password is a reference, never a value."""
    here = wanted(settings())
    names = [here.of_shop(shop).name] if shop else list(here.configs())
    configs = here.configs()
    click.echo(json.dumps({name: configs[name] for name in names}, indent=2))


@connect.command()
@click.argument("table")
@click.option("--where", metavar="SQL", help="Only rows for which this holds, such as `id=26`.")
@click.option("--shop", metavar="ID", help="Which shop; may be left out where there is one.")
@click.option(
    "--wait",
    "wait_s",
    default=300.0,
    show_default=True,
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    help="Longest wait for the end; 0 only sends the request.",
)
@_JSON
def snapshot(table: str, where: str | None, shop: str | None, wait_s: float, as_json: bool) -> None:
    """Have the rows of TABLE captured again, as they are now, beside what changes meanwhile.

    TABLE is a captured table without its prefix, such as wc_orders. The database is only read: no table is made in it
    and nothing is locked. Rows arrive in shop.cdc.changes with the operation `r`. A condition stays in Kafka for seven
    days: use ids rather than names or addresses.
    """
    here = wanted(settings())
    order = Order(here.of_shop(shop), table, where)
    rows = asyncio.run(_snapshot(order, wait_s))
    if as_json:
        click.echo(json.dumps({"shop": order.connector.shop, "table": table, "rows": rows}))
    else:
        told = "asked for" if rows is None else f"{rows} rows"
        click.echo(f"{order.connector.shop}: {table}: {told}")


async def _snapshot(order: Order, wait_s: float) -> int | None:
    kafka = settings().kafka_bootstrap
    await require_topics(kafka)
    if wait_s == 0:
        await ask(kafka, order)
        return None
    return await take_snapshot(kafka, Codec({}, Registry(settings().registry_url).fetch), order, wait_s)
