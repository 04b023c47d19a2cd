"""A subject has one data key, drawn at first use and published with it."""

import json
from typing import Any

import pytest

from avro_schemas.records import VaultRecord
from streams.clock import to_ms
from streams.redact.vault.keeper import Keeper, Kept, state_key
from streams.redact.vault.keys import unwrap
from streams.redact.vault.originals import Original
from streams.redact.vault.record import MAX_RECORD_BYTES, VaultError
from streams.redact.vault.seal import unseal, wrapped_of
from tests.unit.redact.vault.conftest import AT, IDENTITY, KEYS, ORIGINALS, ROTATED, SUBJECT

_WHO = Original("subject", "subject", IDENTITY)


class _State(dict[str, Any]):
    def put(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


def _keep(
    state: _State, event: str, originals: tuple[Original, ...] = ORIGINALS, keys: Any = KEYS
) -> list[VaultRecord]:
    return Keeper(keys).keep(Kept(_WHO, "eu", event, originals, AT), state)


def test_the_first_event_of_a_subject_publishes_its_key_its_identity_and_the_originals() -> None:
    key, identity, event = _keep(_State(), "e1")
    data_key = unwrap(wrapped_of(key), KEYS, "eu", SUBJECT.token)
    assert unseal(identity, data_key) == (_WHO,)
    assert (event["event_id"], unseal(event, data_key)) == ("e1", ORIGINALS)


def test_later_events_use_the_same_key_and_write_it_no_more() -> None:
    state = _State()
    key, _, _ = _keep(state, "e1")
    (event,) = _keep(state, "e2")
    assert unseal(event, unwrap(wrapped_of(key), KEYS, "eu", SUBJECT.token)) == ORIGINALS


def test_an_event_that_held_nothing_personal_writes_nothing_of_itself() -> None:
    state = _State()
    assert len(_keep(state, "e1", ())) == 2
    assert _keep(state, "e2", ()) == []


def test_the_state_holds_the_key_wrapped_and_forgets_it_with_its_changelog() -> None:
    state = _State()
    key, _, _ = _keep(state, "e1")
    data_key = unwrap(wrapped_of(key), KEYS, "eu", SUBJECT.token)
    kept = state[state_key(SUBJECT)]
    assert data_key.key.hex() not in json.dumps(kept)
    assert kept["wake_at"] == to_ms(AT) + 7 * 86_400_000


def test_a_rotation_gives_the_subject_a_new_token_and_key_that_name_the_old_one() -> None:
    state = _State()
    _keep(state, "e1")
    key, _, _ = _keep(state, "e2", keys=ROTATED)
    assert key["token"] == ROTATED.token("eu", IDENTITY) != SUBJECT.token
    assert key["previous"] == [SUBJECT.token]


def test_what_is_too_large_is_refused_and_leaves_no_state_behind() -> None:
    state = _State()
    with pytest.raises(VaultError):
        _keep(state, "e1", (Original("note", "person", "a" * MAX_RECORD_BYTES),))
    assert state == {}
