"""`inland topics`: the catalogue against the broker."""

import asyncio
import json
from dataclasses import asdict

import click

from streams.settings import settings
from topics.apply import apply as apply_topics
from topics.catalogue import catalogue
from topics.rules import violations


@click.group()
def topics() -> None:
    """The Kafka topics: what the catalogue says and what the broker has."""


@topics.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def plan(as_json: bool) -> None:
    """Show what `apply` would change, and change nothing."""
    _follow(dry_run=True, as_json=as_json)


@topics.command("apply")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def apply_(as_json: bool) -> None:
    """Make the broker follow the catalogue: create what is missing, correct retention and cleanup."""
    _follow(dry_run=False, as_json=as_json)


def _follow(*, dry_run: bool, as_json: bool) -> None:
    wanted = list(catalogue().values())
    if broken := violations(wanted):
        raise click.ClickException("\n".join(broken))
    changes = asyncio.run(apply_topics(settings().kafka_bootstrap, wanted, dry_run=dry_run))
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes]))
        return
    for change in changes:
        click.echo(f"{change.action:<10} {change.topic:<45} {change.detail}")
    click.echo(f"{len(changes)} change(s) to {len(wanted)} topics{' would be made' if dry_run else ''}")
