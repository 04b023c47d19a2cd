"""What was sealed opens again in its own place under its own keys, and nowhere else."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avro_schemas.records import VaultRecord
from streams.redact.pseudonym import RegionKeyError, RegionKeys
from streams.redact.vault import keys as data_keys
from streams.redact.vault.keys import DataKey, unwrap, wrap
from streams.redact.vault.originals import Original
from streams.redact.vault.record import MAX_RECORD_BYTES, VaultError
from streams.redact.vault.seal import Subject, key_of, name_of, seal, unseal, wrapped_of
from tests.unit.redact.vault.conftest import AT, IDENTITY, KEYS, NEW, ORIGINALS, ROTATED, SUBJECT

# Any text that JSON in UTF-8 may have to carry: lone surrogates included.
_TEXTS = st.text(st.characters(), max_size=40)
_ORIGINALS = st.lists(st.builds(Original, _TEXTS, _TEXTS, _TEXTS), max_size=5, unique=True)
_KEY = DataKey("00112233", b"\x07" * 32)


def _sealed() -> VaultRecord:
    return seal(ORIGINALS, SUBJECT, _KEY, AT, "e1")


@given(_ORIGINALS)
def test_whatever_is_sealed_opens_as_it_was(originals: list[Original]) -> None:
    assert unseal(seal(originals, SUBJECT, _KEY, AT, "e1"), _KEY) == tuple(originals)


@given(st.binary(min_size=32, max_size=32))
def test_a_data_key_opens_as_it_was(key: bytes) -> None:
    wrapped = wrap(DataKey("k", key), KEYS, "eu", SUBJECT.token)
    assert unwrap(wrapped, KEYS, "eu", SUBJECT.token) == DataKey("k", key)
    assert key not in wrapped.sealed.ciphertext


@pytest.mark.parametrize("part", ["nonce", "ciphertext"])
@given(data=st.data())
def test_a_record_with_any_bit_flipped_does_not_open(part: str, data: st.DataObject) -> None:
    record = _sealed()
    content = bytearray(cast(bytes, record[part]))  # type: ignore[literal-required]
    at = data.draw(st.integers(0, len(content) * 8 - 1))
    content[at // 8] ^= 1 << at % 8
    record[part] = bytes(content)  # type: ignore[literal-required]
    with pytest.raises(VaultError, match="does not open"):
        unseal(record, _KEY)


@pytest.mark.parametrize(
    "moved",
    [
        {"region": "uk"},
        {"token": KEYS.token("eu", "another@post.example")},
        {"event_id": "e2"},
        {"event_id": None},
    ],
)
def test_a_record_that_was_moved_does_not_open(moved: dict[str, str | None]) -> None:
    with pytest.raises(VaultError, match="does not open"):
        unseal(cast(VaultRecord, {**_sealed(), **moved}), _KEY)


def test_a_record_does_not_open_under_another_key_of_the_same_name() -> None:
    with pytest.raises(VaultError, match="does not open"):
        unseal(_sealed(), DataKey(_KEY.key_id, b"\x08" * 32))


def test_a_data_key_that_was_moved_to_another_subject_does_not_open() -> None:
    wrapped = wrap(_KEY, KEYS, "eu", SUBJECT.token)
    with pytest.raises(VaultError, match="does not open"):
        unwrap(wrapped, KEYS, "eu", KEYS.token("eu", "another@post.example"))


def test_without_the_key_that_wrapped_it_a_data_key_is_refused_by_name() -> None:
    wrapped = wrap(_KEY, KEYS, "eu", SUBJECT.token)
    with pytest.raises(RegionKeyError, match=f"no key {wrapped.wrapped_by}: put the older key's file back"):
        unwrap(wrapped, RegionKeys({"eu": NEW}), "eu", SUBJECT.token)


def test_after_a_rotation_old_records_open_and_new_ones_are_wrapped_by_the_new_key() -> None:
    old = wrap(_KEY, KEYS, "eu", SUBJECT.token)
    assert unwrap(old, ROTATED, "eu", SUBJECT.token) == _KEY
    subject = Subject.of(ROTATED, "eu", IDENTITY)
    assert subject.token != SUBJECT.token
    assert subject.previous == (SUBJECT.token,)
    assert wrap(_KEY, ROTATED, "eu", subject.token).wrapped_by == ROTATED.versions("eu")[0] != old.wrapped_by


def test_the_key_that_wraps_is_not_the_key_that_makes_tokens() -> None:
    version = KEYS.versions("eu")[0]
    subkey = KEYS.subkey("eu", version, b"one purpose")
    assert subkey not in (b"\x01" * 32, KEYS.subkey("eu", version, b"another purpose"))


def test_originals_over_the_limit_are_refused() -> None:
    with pytest.raises(VaultError, match="shorten its texts"):
        seal([Original("note.content", "person", "a" * MAX_RECORD_BYTES)], SUBJECT, _KEY, AT, "e1")


def test_a_nonce_is_never_drawn_twice() -> None:
    assert len({_sealed()["nonce"] for _ in range(1000)}) == 1000
    assert len(_sealed()["nonce"]) * 8 == 96


def test_nothing_secret_or_personal_is_in_a_repr() -> None:
    texts = f"{_KEY!r} {ORIGINALS!r} {data_keys.draw()!r} {SUBJECT!r}"
    assert not [one.value for one in ORIGINALS if one.value in texts]
    assert "\\x07" not in texts


def test_a_key_record_tells_what_it_needs_and_gives_the_key_back() -> None:
    record = key_of(wrap(_KEY, KEYS, "eu", SUBJECT.token), SUBJECT, AT)
    assert unwrap(wrapped_of(record), KEYS, "eu", SUBJECT.token) == _KEY
    assert name_of(record) == f"eu/{SUBJECT.token}/key/{_KEY.key_id}"
    with pytest.raises(VaultError, match="should hold a key"):
        wrapped_of(_sealed())
