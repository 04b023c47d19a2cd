"""`inland settings` and `inland apply`."""

import asyncio

import click

from streams.provision import provision
from streams.settings import settings


@click.command("settings")
def show_settings() -> None:
    """List every setting with its meaning and its value here. Secrets are files: only their paths show."""
    for name, field in type(settings()).model_fields.items():
        click.echo(f"INLAND_{name.upper()}={getattr(settings(), name)}\n    {field.description}")


@click.command()
def apply() -> None:
    """Create what the stages need: topics, schemas, ClickHouse tables. What is right already stays as it is."""
    for line in asyncio.run(provision(settings())):
        click.echo(line)
