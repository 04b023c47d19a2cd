"""Erasure takes every record of a subject, and of nobody else."""

import pytest

from streams.redact.vault.record import VaultError, bound, event_record, identity_record, key_record, tombstones
from tests.unit.redact.vault.conftest import IDENTITY, KEYS, ROTATED, SUBJECT

_OTHER = KEYS.token("eu", "another@post.example")


def _records(region: str, token: str) -> set[bytes]:
    names = (key_record(region, token, "00"), identity_record(region, token), event_record(region, token, "e1"))
    return {name.encode() for name in names}


def test_every_record_of_a_subject_gets_a_tombstone_and_no_other() -> None:
    mine = _records("eu", SUBJECT.token)
    stones = list(tombstones(mine | _records("eu", _OTHER) | _records("uk", SUBJECT.token), "eu", [SUBJECT.token]))
    assert {stone.key for stone in stones} == mine
    assert {(stone.topic, stone.value) for stone in stones} == {("privacy.vault", None)}


def test_records_under_older_tokens_go_with_it() -> None:
    new = ROTATED.token("eu", IDENTITY)
    both = _records("eu", SUBJECT.token) | _records("eu", new)
    assert {stone.key for stone in tombstones(both, "eu", ROTATED.tokens("eu", IDENTITY))} == both


@pytest.mark.parametrize("token", ["", "k", "k980ebcb_", "/", "anouk@post.example"])
def test_what_is_no_token_erases_nothing(token: str) -> None:
    with pytest.raises(VaultError, match="should be a token"):
        list(tombstones(_records("eu", SUBJECT.token), "eu", [token]))


def test_no_two_places_are_bound_alike() -> None:
    assert bound("e", "ut", "k") != bound("eu", "t", "k")
