"""`inland gateway`."""

import click

from streams.log import configure
from streams.settings import settings
from streams.sources.gateway.serve import run_gateway
from streams.tracing.switch import tracing


@click.command()
def gateway() -> None:
    """Run the webhook gateway.

    Shops post to http://HOST:PORT/webhooks/<shop id>; /health, /ready and /metrics are for the operator.

    The shops file and its secrets are followed while it runs; SIGHUP has them looked at once. SIGTERM answers what is
    under way, then ends with 0.
    """
    configure()
    with tracing(settings(), "gateway"):
        run_gateway(settings())
