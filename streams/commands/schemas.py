"""`inland schemas`: the project's schemas against the registry's."""

import click

from avro_schemas.compatibility import broken
from avro_schemas.registry import COMPATIBILITY, Registry, UnknownSchemaError, register_all
from avro_schemas.schemas import Schema, wire_schemas
from streams.settings import settings


@click.group()
def schemas() -> None:
    """The Avro schemas: what the project has and what the registry knows."""


@schemas.command()
def check() -> None:
    """Say what registering would do, and change nothing. Exits with 1 when a schema is not compatible."""
    with Registry(settings().registry_url) as registry:
        verdicts = [(schema, *_verdict(registry, schema)) for schema in wire_schemas()]
    for schema, _, told in verdicts:
        click.echo(f"{schema.subject:<32} {told}")
    if not all(good for _, good, _ in verdicts):
        raise click.exceptions.Exit(1)


@schemas.command()
def register() -> None:
    """Register every schema; those that the registry knows keep their ids."""
    for name, schema_id in sorted(register_all(settings().registry_url).items()):
        click.echo(f"{name:<32} id {schema_id}")


def _verdict(registry: Registry, schema: Schema) -> tuple[bool, str]:
    try:
        return True, f"registered, id {registry.lookup(schema)}"
    except UnknownSchemaError:
        latest = registry.latest(schema)
    if latest is None:
        return True, "new: would be registered"
    reasons = broken(schema.canonical, latest)
    if reasons:
        return False, f"not {COMPATIBILITY} compatible with the registered one: {'; '.join(reasons)}"
    return True, f"changed, {COMPATIBILITY} compatible: would become the next version"
