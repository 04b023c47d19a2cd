"""Reading the vault: the records of one subject or one event, opened with the regions' keys."""

from collections.abc import AsyncIterable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from avro_schemas.codec import Codec
from avro_schemas.records import VaultRecord
from streams.delivery.message import Message
from streams.redact.pseudonym import RegionKeys
from streams.redact.vault.keys import DataKey, unwrap
from streams.redact.vault.originals import Original
from streams.redact.vault.record import VaultError, belongs, key_record
from streams.redact.vault.seal import name_of, unseal, wrapped_of


@dataclass(frozen=True, slots=True)
class Opened:
    """Originals of one event, or without an event id the identity that the token stands for."""

    token: str
    event_id: str | None
    originals: Sequence[Original] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """All that the vault holds of a subject under one or more of its tokens."""

    region: str
    tokens: tuple[str, ...]
    opened: tuple[Opened, ...]

    @property
    def originals(self) -> tuple[Original, ...]:
        """Every original."""
        return tuple(one for opened in self.opened for one in opened.originals)

    def only(self, originals: Sequence[Original]) -> "Subject":
        """The same subject with these originals alone, where they are kept."""
        left = (replace(one, originals=[item for item in one.originals if item in originals]) for one in self.opened)
        return replace(self, opened=tuple(one for one in left if one.originals))

    def counts(self) -> dict[str, int]:
        """Different values by class."""
        values: dict[str, set[str]] = {}
        for one in self.originals:
            values.setdefault(one.pii, set()).add(one.value)
        return {pii: len(found) for pii, found in sorted(values.items())}


async def newest(messages: AsyncIterable[Message]) -> dict[bytes, bytes]:
    """The newest record of each key, without those that were erased: what compaction will leave."""
    found: dict[bytes, bytes] = {}
    async for message in messages:
        if message.key is None:
            continue
        if message.value is None:
            found.pop(message.key, None)
        else:
            found[message.key] = message.value
    return found


def open_subject(
    records: dict[bytes, bytes], codec: Codec, keys: RegionKeys, token: str, event_id: str | None = None
) -> Subject:
    """What the vault holds of a token's subject, older tokens included; with `event_id` of that event alone.

    RegionKeyError when the folder has no key for the token, VaultError when there is nothing or it does not open.
    """
    region = keys.region_of(token)
    mine = _read(records, codec, region, (token,))
    previous = tuple(dict.fromkeys(one for record in mine if record["kind"] == "key" for one in record["previous"]))
    tokens = (token, *previous)
    mine += _read(records, codec, region, previous)
    opened = tuple(_opened(mine, keys, event_id))
    if not opened:
        what = f"of event {event_id} " if event_id else ""
        raise VaultError(f"the vault holds nothing {what}for this token: it was erased, or was never kept; check both")
    return Subject(region, tokens, opened)


def token_of_event(records: Iterable[bytes], event_id: str) -> str:
    """The token under which an event's originals are kept; VaultError when they are not."""
    for key in records:
        _, token, *name = key.decode().split("/")
        if name == ["event", event_id]:
            return token
    raise VaultError("the vault holds nothing of this event: it was about nobody, was erased, or its id is another")


def _read(records: dict[bytes, bytes], codec: Codec, region: str, tokens: Sequence[str]) -> list[VaultRecord]:
    found: list[VaultRecord] = []
    for key, value in records.items():
        if not belongs(key, region, tokens):
            continue
        record: VaultRecord = codec.decode("vault_record", value)
        if name_of(record).encode() != key:
            raise VaultError("a record of the vault stands under another's key: look who wrote there")
        found.append(record)
    return found


def _opened(records: Sequence[VaultRecord], keys: RegionKeys, event_id: str | None) -> Iterable[Opened]:
    wanted = [one for one in records if one["kind"] == "originals" and event_id in (None, one["event_id"])]
    used = {key_record(one["region"], one["token"], one["key_id"]) for one in wanted}
    data_keys: dict[str, DataKey] = {}
    for record in records:
        if record["kind"] == "key" and name_of(record) in used:
            data_keys[name_of(record)] = unwrap(wrapped_of(record), keys, record["region"], record["token"])
    for record in wanted:
        name = key_record(record["region"], record["token"], record["key_id"])
        if name not in data_keys:
            raise VaultError("a record of the vault has lost its key: it was erased in part; erase the subject again")
        yield Opened(record["token"], record["event_id"], unseal(record, data_keys[name]))
