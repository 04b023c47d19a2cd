"""`inland keys`: the keys of the regions, and those of the last gate. None is ever printed."""

import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import click

from streams.redact import keyfiles
from streams.redact.keyfiles import KeyFile
from streams.settings import settings
from topics.model import REGIONS


@dataclass(frozen=True, slots=True)
class Kept:
    """Which keys: their folder, and the setting that names it."""

    folder: Path
    setting: str


@click.group()
@click.option("--gate", is_flag=True, help="The last gate's keys, in INLAND_GATE_KEYS_DIR, instead.")
@click.pass_context
def keys(context: click.Context, gate: bool) -> None:
    """The keys that make subjects' pseudonyms and wrap their data keys; INLAND_REGION_KEYS_DIR holds them.

    With --gate those that blind what the last gate looks for: the redact and the enrich workers read them.
    """
    setting = keyfiles.GATE_KEYS if gate else keyfiles.REGION_KEYS
    context.obj = Kept(settings().gate_keys_dir if gate else settings().region_keys_dir, setting)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
@click.pass_obj
def list_(kept: Kept, as_json: bool) -> None:
    """Name every key: region, file, version as tokens carry it, and which is in use."""
    files = keyfiles.key_files(kept.folder, kept.setting)
    found = [row for _, each in groupby(files, key=lambda file: file.region) for row in _rows(list(each))]
    if as_json:
        click.echo(json.dumps(found))
        return
    for row in found:
        click.echo(f"{row['region']:<8} {row['file']:<12} {row['version']}  {row['use']}")
    for region in sorted(set(REGIONS) - {str(row["region"]) for row in found}):
        click.echo(f"{region:<8} no key: `{keyfiles.command(kept.setting)} draw {region}`")


@keys.command()
@click.argument("region", type=click.Choice(REGIONS))
@click.pass_obj
def draw(kept: Kept, region: str) -> None:
    """Write a region's first key, mode 600; refused when it has one."""
    _tell(kept, keyfiles.draw(kept.folder, region, kept.setting))


@keys.command()
@click.argument("region", type=click.Choice(REGIONS))
@click.pass_obj
def rotate(kept: Kept, region: str) -> None:
    """Write a region's next key beside the older ones, which stay.

    Takes effect when the redact workers start again: then every subject of the region has a new token. Keep the older
    files: without them nothing that they wrapped can be opened. A gate's key is given to the enrich workers first.
    """
    _tell(kept, keyfiles.rotate(kept.folder, region, kept.setting))


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


def _tell(kept: Kept, file: KeyFile) -> None:
    version = keyfiles.key_version(keyfiles.read_key(file.path))
    then = (
        "give it to the enrich workers and restart them, then the redact workers"
        if kept.setting == keyfiles.GATE_KEYS
        else "keep a copy apart, then restart the redact workers"
    )
    click.echo(f"{file.path} written, version {version}: {then}")
