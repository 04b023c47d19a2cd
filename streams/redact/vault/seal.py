"""Originals to a record of the vault, and back. Pure but for the drawn nonces and keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from avro_schemas.records import VaultRecord
from streams.redact.pseudonym import RegionKeys
from streams.redact.vault.keys import DataKey, Sealed, WrappedKey, decrypt, encrypt
from streams.redact.vault.originals import Original, packed, unpacked
from streams.redact.vault.record import MAX_RECORD_BYTES, VaultError, bound, event_record, identity_record, key_record


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose records they are. ``previous``: tokens that older keys of the region gave the same identity."""

    region: str
    token: str
    previous: tuple[str, ...] = ()

    @classmethod
    def of(cls, keys: RegionKeys, region: str, identity: str) -> "Subject":
        """The subject of an identity; RegionKeyError when the region has no key."""
        token, *previous = keys.tokens(region, identity)
        return cls(region, token, tuple(previous))


def key_of(wrapped: WrappedKey, subject: Subject, at: datetime) -> VaultRecord:
    """The record that holds a subject's wrapped data key."""
    return {
        "kind": "key",
        "region": subject.region,
        "token": subject.token,
        "key_id": wrapped.key_id,
        "event_id": None,
        "wrapped_by": wrapped.wrapped_by,
        "previous": list(subject.previous),
        "nonce": wrapped.sealed.nonce,
        "ciphertext": wrapped.sealed.ciphertext,
        "written_at": at,
    }


def wrapped_of(record: VaultRecord) -> WrappedKey:
    """The wrapped data key in a record of kind `key`; VaultError when it is another."""
    if record["kind"] != "key" or record["wrapped_by"] is None:
        raise VaultError("a record of the vault should hold a key and does not: look who wrote there")
    return WrappedKey(record["key_id"], record["wrapped_by"], Sealed(record["nonce"], record["ciphertext"]))


def seal(
    originals: Sequence[Original], subject: Subject, data_key: DataKey, at: datetime, event_id: str | None = None
) -> VaultRecord:
    """Encrypt originals: of one event, or without one the identity itself. VaultError over MAX_RECORD_BYTES."""
    region, token = subject.region, subject.token
    name = event_record(region, token, event_id) if event_id else identity_record(region, token)
    plain = packed(originals)
    if len(plain) > MAX_RECORD_BYTES:
        raise VaultError(
            f"what was taken out of one event is longer than {MAX_RECORD_BYTES} bytes: shorten its texts in the shop"
        )
    sealed = encrypt(data_key.key, plain, bound(region, token, name))
    return {
        "kind": "originals",
        "region": region,
        "token": token,
        "key_id": data_key.key_id,
        "event_id": event_id,
        "wrapped_by": None,
        "previous": [],
        "nonce": sealed.nonce,
        "ciphertext": sealed.ciphertext,
        "written_at": at,
    }


def unseal(record: VaultRecord, data_key: DataKey) -> tuple[Original, ...]:
    """The originals in a record of kind `originals`; VaultError when the record, its place or the key is another."""
    if record["kind"] != "originals" or record["key_id"] != data_key.key_id:
        raise VaultError("a record of the vault is not one of originals under this key: look who wrote there")
    place = bound(record["region"], record["token"], name_of(record))
    return unpacked(decrypt(data_key.key, Sealed(record["nonce"], record["ciphertext"]), place))


def name_of(record: VaultRecord) -> str:
    """Key under which a record stands in the topic."""
    region, token, event_id = record["region"], record["token"], record["event_id"]
    if record["kind"] == "key":
        return key_record(region, token, record["key_id"])
    return event_record(region, token, event_id) if event_id else identity_record(region, token)
