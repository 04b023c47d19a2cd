"""`inland gateway`."""

import click

from streams.log import configure
from streams.settings import settings
from streams.sources.serve import run_gateway


@click.command()
def gateway() -> None:
    """Run the webhook gateway.

    Shops post to http://HOST:PORT/webhooks/<shop id>; /health and /metrics are for the operator.
    """
    configure()
    run_gateway(settings())
