"""`inland gateway|worker|sink`: the long-running processes."""

from typing import get_args

import click

from streams import run
from streams.app import WorkerName
from streams.log import configure
from streams.settings import settings


@click.command()
def gateway() -> None:
    """Run the webhook gateway.

    Shops post to http://HOST:PORT/webhooks/<shop id>; /health and /metrics are for the operator.
    """
    configure()
    run.run_gateway(settings())


@click.command()
@click.argument("name", type=click.Choice(get_args(WorkerName)))
def worker(name: WorkerName) -> None:
    """Run one Faust worker. Start as many of each as there are partitions; they share the work."""
    configure()
    run.run_worker(name, settings())


@click.command()
def sink() -> None:
    """Run the sink: everything of the redacted and audit zones lands in ClickHouse, once."""
    configure()
    run.run_sink_process(settings())
