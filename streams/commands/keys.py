"""`inland keys`: the keys of the regions. None is ever printed."""

import json
from itertools import groupby

import click

from streams.redact import keyfiles
from streams.redact.keyfiles import KeyFile
from streams.settings import settings
from topics.model import REGIONS


@click.group()
def keys() -> None:
    """The keys that make subjects' pseudonyms and wrap their data keys; INLAND_REGION_KEYS_DIR holds them."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def list_(as_json: bool) -> None:
    """Name every key: region, file, version as tokens carry it, and which is in use."""
    files = keyfiles.key_files(settings().region_keys_dir)
    found = [row for _, each in groupby(files, key=lambda file: file.region) for row in _rows(list(each))]
    if as_json:
        click.echo(json.dumps(found))
        return
    for row in found:
        click.echo(f"{row['region']:<8} {row['file']:<12} {row['version']}  {row['use']}")
    for region in sorted(set(REGIONS) - {str(row["region"]) for row in found}):
        click.echo(f"{region:<8} no key: `inland keys draw {region}`")


@keys.command()
@click.argument("region", type=click.Choice(REGIONS))
def draw(region: str) -> None:
    """Write a region's first key, mode 600; refused when it has one."""
    _tell(keyfiles.draw(settings().region_keys_dir, region))


@keys.command()
@click.argument("region", type=click.Choice(REGIONS))
def rotate(region: str) -> None:
    """Write a region's next key beside the older ones, which stay.

    Takes effect when the redact workers start again: then every subject of the region has a new token. Keep the older
    files: without them nothing that they wrapped can be opened.
    """
    _tell(keyfiles.rotate(settings().region_keys_dir, region))


def _rows(files: list[KeyFile]) -> list[dict[str, str]]:
    return [
        {
            "region": file.region,
            "file": file.path.name,
            "version": keyfiles.key_version(keyfiles.read_key(file.path)),
            "use": "in use" if file is files[-1] else "opens what it made",
        }
        for file in files
    ]


def _tell(file: KeyFile) -> None:
    version = keyfiles.key_version(keyfiles.read_key(file.path))
    click.echo(f"{file.path} written, version {version}: keep a copy apart, then restart the redact workers")
