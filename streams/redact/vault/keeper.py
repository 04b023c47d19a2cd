"""Keeps originals under the key of their subject: draws the key at first use, and remembers it wrapped.

The wrapped key stays in the stage's state for as long as its changelog would keep it; a subject that is seen after that
gets a new one, beside the old one in the vault. So a subject has one data key a partition and a week at most.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from avro_schemas.records import VaultRecord
from streams.clock import to_ms
from streams.delivery.state import WAKE_AT, State, StateView
from streams.redact.pseudonym import RegionKeys
from streams.redact.vault import keys as data_keys
from streams.redact.vault.keys import DataKey, Sealed, WrappedKey
from streams.redact.vault.originals import Original
from streams.redact.vault.seal import Subject, key_of, seal
from topics.rules import RESTRICTED_MAX_DAYS

VAULT = "vault"
_KEPT = timedelta(days=RESTRICTED_MAX_DAYS)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be kept of one event. ``identity``: what its subject's token stands for."""

    identity: Original
    region: str
    event_id: str
    originals: Sequence[Original]
    at: datetime


class Keeper:
    """What a publisher keeps originals with."""

    def __init__(self, keys: RegionKeys) -> None:
        self._keys = keys

    def keep(self, kept: Kept, state: StateView) -> list[VaultRecord]:
        """Records for one event about a subject: its key and identity where they are new, and the event's originals.

        VaultError when there is too much of them; RegionKeyError when the region has no key.
        """
        subject, at = Subject.of(self._keys, kept.region, kept.identity.value), kept.at
        known = state.get(state_key(subject))
        data_key = self._open(known, subject) if known else data_keys.draw()
        sealed = [seal(kept.originals, subject, data_key, at, kept.event_id)] if kept.originals else []
        if known:
            return sealed
        wrapped = data_keys.wrap(data_key, self._keys, subject.region, subject.token)
        # Last: what is refused above must not leave a state that says "written" for a key that never was.
        state.put(state_key(subject), {**_state(wrapped), WAKE_AT: to_ms(at + _KEPT)})
        return [key_of(wrapped, subject, at), seal([kept.identity], subject, data_key, at), *sealed]

    def _open(self, known: State, subject: Subject) -> DataKey:
        return data_keys.unwrap(_wrapped(known), self._keys, subject.region, subject.token)


def state_key(subject: Subject) -> str:
    """Where the stage's state keeps a subject's wrapped key."""
    return f"{subject.region}/{VAULT}/{subject.token}"


def _state(wrapped: WrappedKey) -> State:
    sealed = wrapped.sealed
    return {
        "key_id": wrapped.key_id,
        "wrapped_by": wrapped.wrapped_by,
        "nonce": b64encode(sealed.nonce).decode(),
        "wrapped": b64encode(sealed.ciphertext).decode(),
    }


def _wrapped(kept: State) -> WrappedKey:
    sealed = Sealed(b64decode(kept["nonce"]), b64decode(kept["wrapped"]))
    return WrappedKey(kept["key_id"], kept["wrapped_by"], sealed)
