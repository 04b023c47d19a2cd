"""Data keys: one per subject, wrapped by the key of the region (AES-256-GCM).

NIST SP 800-38D: 96-bit nonces, drawn; a wrapping key stays far below 2^32 of them, and a data key sees one subject's
records of a week.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from streams.redact.pseudonym import RegionKeys
from streams.redact.vault.record import VaultError, bound, key_record

KEY_BYTES = 32
NONCE_BYTES = 12
_WRAPPING = b"inland vault: wrap data keys, v1"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A nonce, and what was encrypted with it, tag included."""

    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """A subject's key, open: in memory for one event, on no disk and in no record."""

    key_id: str
    key: bytes

    def __repr__(self) -> str:
        return f"DataKey({self.key_id})"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A subject's key as it is kept. ``wrapped_by``: name of the region's key that opens it."""

    key_id: str
    wrapped_by: str
    sealed: Sealed


def draw() -> DataKey:
    """A new data key under a new name."""
    return DataKey(secrets.token_hex(8), secrets.token_bytes(KEY_BYTES))


def wrap(data_key: DataKey, keys: RegionKeys, region: str, token: str) -> WrappedKey:
    """Encrypt a data key under the region's newest key. RegionKeyError when it has none."""
    version = keys.versions(region)[0]
    place = bound(region, token, key_record(region, token, data_key.key_id))
    return WrappedKey(data_key.key_id, version, encrypt(keys.subkey(region, version, _WRAPPING), data_key.key, place))


def unwrap(wrapped: WrappedKey, keys: RegionKeys, region: str, token: str) -> DataKey:
    """Open a data key. RegionKeyError without the key that wrapped it, VaultError when it was changed or moved."""
    place = bound(region, token, key_record(region, token, wrapped.key_id))
    key = decrypt(keys.subkey(region, wrapped.wrapped_by, _WRAPPING), wrapped.sealed, place)
    return DataKey(wrapped.key_id, key)


def encrypt(key: bytes, plain: bytes, place: bytes) -> Sealed:
    """AES-256-GCM under a drawn nonce; `place` is authenticated with it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, plain, place))


def decrypt(key: bytes, sealed: Sealed, place: bytes) -> bytes:
    """VaultError unless key, nonce, ciphertext and place are those of `encrypt`."""
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, place)
    except (InvalidTag, ValueError):
        raise VaultError(
            "a record of the vault does not open: its key is another, or it was changed or moved; look who wrote there"
        ) from None
