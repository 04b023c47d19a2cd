"""Records of the vault: their keys, what binds a ciphertext to its record, and how a subject is forgotten. Pure."""

import re
from collections.abc import Iterable, Iterator

from streams.delivery.message import Output
from topics.names import PRIVACY_VAULT

MAX_RECORD_BYTES = 256 * 1024
TOKEN = re.compile(r"k[0-9a-f]{7}_[0-9a-f]{32}")


class VaultError(ValueError):
    """A record of the vault cannot be made or opened; the message names rule and remedy, never a value or a key."""


def key_record(region: str, token: str, key_id: str) -> str:
    """Record key of a subject's data key. A subject may have several, and no later one takes an earlier one's place."""
    return f"{_of(region, token)}key/{key_id}"


def identity_record(region: str, token: str) -> str:
    """Record key of the identity that the token stands for."""
    return f"{_of(region, token)}identity"


def event_record(region: str, token: str, event_id: str) -> str:
    """Record key of what was taken out of one event."""
    return f"{_of(region, token)}event/{event_id}"


def bound(region: str, token: str, record_key: str) -> bytes:
    """Additional authenticated data: opened in another place, a record is refused."""
    # Lengths first, so that no two places yield the same bytes.
    return b"".join(
        len(part).to_bytes(4, "big") + part for part in (one.encode() for one in (region, token, record_key))
    )


def belongs(record_key: bytes, region: str, tokens: Iterable[str]) -> bool:
    """Whether a record is one of a subject's, known by any of its tokens."""
    return any(record_key.startswith(_of(region, token).encode()) for token in tokens)


def tombstones(record_keys: Iterable[bytes], region: str, tokens: Iterable[str]) -> Iterator[Output]:
    """Records that erase a subject: one without a value for each record under its tokens.

    With the data keys gone, no copy of the originals can be opened any more (crypto-shredding); one that holds the
    wrapped key beside them can. The redact stage may hold that key in its state for RESTRICTED_MAX_DAYS more.
    `record_keys`: all keys in the vault. `tokens`: the subject's, those of older keys too.
    """
    known = tuple(tokens)
    for record_key in sorted({key for key in record_keys if belongs(key, region, known)}):
        yield Output(PRIVACY_VAULT, record_key, None)


def _of(region: str, token: str) -> str:
    if not TOKEN.fullmatch(token):
        raise VaultError("what should be a token is none: give it as the events name it, k…_…")
    return f"{region}/{token}/"
