"""`inland policy`: what is done with which field."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from streams.redact.effective import effective
from streams.redact.policy import POLICY_FILE, load_policy
from streams.settings import settings


@click.group()
def policy() -> None:
    """The redaction policy: what happens to each class of personal data."""


@policy.command()
@click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another policy, to try it."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def show(path: Path | None, as_json: bool) -> None:
    """Print the effective table: every field that is read, its class, its treatment, and what is left in the event.

    What the shop sends beyond these fields is not read at all.
    """
    known = load_policy(path or settings().policy_file or POLICY_FILE)
    rows = effective(known)
    if as_json:
        click.echo(json.dumps({"version": known.version, "fields": [asdict(row) for row in rows]}))
        return
    click.echo(f"policy {known.version}")
    for row in rows:
        purpose = f"  for {row.purpose}" if row.purpose else ""
        click.echo(f"{row.field:<34} {row.pii:<15} {row.treatment:<20} {row.left}{purpose}")
