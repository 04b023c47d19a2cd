"""`inland reveal`: originals from the vault, for those who hold the region's key; each time on record."""

import asyncio
import os
import pwd
from pathlib import Path

import click
import orjson

from avro_schemas.codec import Codec
from avro_schemas.records import RevealPurpose
from streams.clock import now
from streams.compliance import vault
from streams.compliance.reveal import Request, recorded
from streams.delivery.outbox import Outbox
from streams.delivery.reading import read
from streams.redact.pseudonym import RegionKeys
from streams.redact.vault.originals import Original, fill
from streams.settings import Settings, settings
from topics.names import PRIVACY_VAULT

_CLIENT = "inland-reveal"


@click.command()
@click.argument("token", required=False)
@click.option("--reason", required=True, help="Why; at least 10 characters, on record. Write no personal data.")
@click.option("--event", "event_id", help="Only what was taken out of this event.")
@click.option(
    "--fill", "reply", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Fill in this text."
)
@click.option("--by", "by_name", help="Who you are, if the account does not say.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def reveal(  # noqa: PLR0913  # options of a command
    token: str | None, *, reason: str, event_id: str | None, reply: Path | None, by_name: str | None, as_json: bool
) -> None:
    """Show what a subject's token and placeholders stand for, or put originals into a reply (--fill FILE --event ID).

    Needs the region's keys and read access to privacy.vault. First a record of who, when and why goes to
    privacy.reveals; if it cannot be written, nothing is shown.
    """
    if reply and not event_id:
        raise click.UsageError("--fill needs --event: placeholders are numbered within one event")
    if not token and not event_id:
        raise click.UsageError("give a token, or --event with the id of an event")
    purpose: RevealPurpose = "fill" if reply else "show"
    # Checked before anything is read.
    asked = Request(_account(), by_name, reason, purpose, token or "", event_id)
    text = reply.read_text(encoding="utf-8") if reply else None
    subject, shown = asyncio.run(_reveal(settings(), asked, text))
    if text is not None:
        _print_filled(text, shown, as_json=as_json)
    elif as_json:
        click.echo(orjson.dumps(_facts(subject)).decode())
    else:
        _print(subject)


def _account() -> str:
    # By the process's own id: what the environment says of the user, the user may have written.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


async def _reveal(using: Settings, asked: Request, text: str | None) -> tuple[vault.Subject, tuple[Original, ...]]:
    keys = RegionKeys.read(using.region_keys_dir)
    codec = await asyncio.to_thread(Codec.connect, using.registry_url)
    records = await vault.newest(read(using.kafka_bootstrap, PRIVACY_VAULT, "earliest", "latest"))
    token = asked.token or vault.token_of_event(records, asked.event_id or "")
    request = Request(asked.os_user, asked.by_name, asked.reason, asked.purpose, token, asked.event_id)
    subject = vault.open_subject(records, codec, keys, token, asked.event_id)
    if text is not None:
        subject = subject.only(fill(text, subject.originals).used)
    await recorded(request, subject, codec, Outbox(using.kafka_bootstrap, _CLIENT, using.delivery_timeout_s), now)
    return subject, subject.originals


def _facts(subject: vault.Subject) -> dict[str, object]:
    opened = [
        {
            "token": one.token,
            "event_id": one.event_id,
            "originals": [{"at": item.at, "class": item.pii, "value": item.value} for item in one.originals],
        }
        for one in subject.opened
    ]
    return {"region": subject.region, "tokens": subject.tokens, "opened": opened}


def _print(subject: vault.Subject) -> None:
    for one in subject.opened:
        click.echo(f"event {one.event_id}" if one.event_id else f"identity of {one.token}")
        for item in one.originals:
            click.echo(f"  {item.at:<36} {item.pii:<16} {item.value}")


def _print_filled(text: str, shown: tuple[Original, ...], *, as_json: bool) -> None:
    filled = fill(text, shown)
    if as_json:
        click.echo(orjson.dumps({"text": filled.text, "unknown": filled.unknown}).decode())
        return
    click.echo(filled.text, nl=False)
    if filled.unknown:
        click.echo(f"not in the vault, left as they are: {', '.join(filled.unknown)}", err=True)
