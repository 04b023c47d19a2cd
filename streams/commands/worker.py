"""`inland worker`."""

from typing import get_args

import click

from streams.app import WorkerName, run_worker
from streams.log import configure
from streams.settings import settings
from streams.tracing.switch import tracing


@click.command()
@click.argument("name", type=click.Choice(get_args(WorkerName)))
def worker(name: WorkerName) -> None:
    """Run one Faust worker. Start as many of each as there are partitions; they share the work."""
    configure()
    with tracing(settings(), name):
        run_worker(name, settings())
