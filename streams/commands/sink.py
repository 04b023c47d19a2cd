"""`inland sink`."""

import click

from streams.audit.serve import run_sink_process
from streams.log import configure
from streams.settings import settings
from streams.tracing.switch import tracing


@click.command()
def sink() -> None:
    """Run the sink: everything of the redacted and audit zones lands in ClickHouse, once."""
    configure()
    with tracing(settings(), "sink"):
        run_sink_process(settings())
