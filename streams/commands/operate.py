"""`inland settings` and `inland apply`."""

import asyncio

import click

from avro_schemas.registry import RegistryError
from streams.provision import ProvisionError, provision
from streams.settings import settings
from topics.apply import ApplyError


@click.command("settings")
def show_settings() -> None:
    """List every setting with its meaning and its value here. Secrets are files: only their paths show."""
    for name, field in type(settings()).model_fields.items():
        click.echo(f"INLAND_{name.upper()}={getattr(settings(), name)}\n    {field.description}")


@click.command()
def apply() -> None:
    """Create what the stages need: topics, schemas, ClickHouse tables. What is right already stays as it is."""
    try:
        for line in asyncio.run(provision(settings())):
            click.echo(line)
    except (ApplyError, ProvisionError, RegistryError) as error:
        raise click.ClickException(str(error)) from None
