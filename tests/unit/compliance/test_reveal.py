"""Originals are shown after the record of it is written, and not otherwise."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from avro_schemas.records import VaultRecord
from streams.compliance.reveal import Request, RevealError, recorded
from streams.compliance.vault import Subject, newest, open_subject, token_of_event
from streams.delivery.message import Message, Output
from streams.redact.pseudonym import RegionKeyError, RegionKeys
from streams.redact.vault.keeper import Keeper, Kept
from streams.redact.vault.originals import Original
from streams.redact.vault.record import VaultError
from streams.redact.vault.seal import name_of
from tests.platform.sink_process import offline_codec
from tests.unit.redact.vault.conftest import AT, IDENTITY, KEYS, NEW, ORIGINALS, ROTATED, SUBJECT

CODEC = offline_codec()
_WHO = Original("subject", "subject", IDENTITY)


class _State(dict[str, Any]):
    def put(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


class _Writer:
    """Takes what is written, or is away."""

    def __init__(self, error: Exception | None = None) -> None:
        self.written: list[Output] = []
        self._error = error

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def deliver(self, outputs: Sequence[Output]) -> list[int]:
        if self._error:
            raise self._error
        self.written += outputs
        return [0]


def _vault(*runs: tuple[RegionKeys, str]) -> dict[bytes, bytes]:
    """A vault after events were kept, each by a process with some keys."""
    state, records = _State(), list[VaultRecord]()
    for keys, event_id in runs:
        records += Keeper(keys).keep(Kept(_WHO, "eu", event_id, ORIGINALS, AT), state)
    return {name_of(record).encode(): CODEC.encode("vault_record", record) for record in records}


def _open(records: dict[bytes, bytes], keys: RegionKeys = KEYS, event_id: str | None = None) -> Subject:
    return open_subject(records, CODEC, keys, SUBJECT.token, event_id)


def _request(**changes: Any) -> Request:
    given: dict[str, Any] = {
        "os_user": "ilse", "by_name": None, "reason": "ticket 4711, access", "purpose": "show",
        "token": SUBJECT.token, "event_id": None,
    }  # fmt: skip
    return Request(**{**given, **changes})


def test_a_subject_opens_with_identity_and_every_event() -> None:
    subject = _open(_vault((KEYS, "e1"), (KEYS, "e2")))
    assert {one.event_id: tuple(one.originals) for one in subject.opened} == {
        None: (_WHO,),
        "e1": ORIGINALS,
        "e2": ORIGINALS,
    }
    assert subject.counts() == {"email": 1, "person": 2, "subject": 1}


def test_one_event_opens_alone_and_names_its_token() -> None:
    records = _vault((KEYS, "e1"), (KEYS, "e2"))
    assert [one.event_id for one in _open(records, event_id="e2").opened] == ["e2"]
    assert token_of_event(records, "e2") == SUBJECT.token
    with pytest.raises(VaultError, match="nothing of this event"):
        token_of_event(records, "e3")


def test_a_new_token_leads_to_what_was_kept_under_the_old_one() -> None:
    records = _vault((KEYS, "e1"), (ROTATED, "e2"))
    new = ROTATED.token("eu", IDENTITY)
    subject = open_subject(records, CODEC, ROTATED, new)
    assert subject.tokens == (new, SUBJECT.token)
    assert {one.event_id for one in subject.opened} == {None, "e1", "e2"}


def test_without_the_tokens_own_key_nothing_opens() -> None:
    with pytest.raises(RegionKeyError, match="no key here is called"):
        _open(_vault((KEYS, "e1")), RegionKeys({"eu": NEW}))


def test_without_its_data_key_a_subject_is_erased() -> None:
    records = {name: value for name, value in _vault((KEYS, "e1")).items() if b"/key/" not in name}
    with pytest.raises(VaultError, match="lost its key"):
        _open(records)


def test_a_record_under_anothers_key_is_refused() -> None:
    records = _vault((KEYS, "e1"))
    name = f"eu/{SUBJECT.token}/event/e1".encode()
    records[f"eu/{SUBJECT.token}/event/e2".encode()] = records.pop(name)
    with pytest.raises(VaultError, match="stands under another's key"):
        _open(records)


async def test_a_tombstone_takes_a_record_away() -> None:
    records: Mapping[bytes, bytes] = _vault((KEYS, "e1"))

    async def messages() -> AsyncIterator[Message]:
        for name, value in records.items():
            yield Message("privacy.vault", 0, 0, name, value, AT)
        for name in records:
            yield Message("privacy.vault", 0, 1, name, None, AT)

    assert await newest(messages()) == {}


async def test_what_is_recorded_says_who_why_and_how_many_and_holds_no_value() -> None:
    writer = _Writer()
    told = await recorded(_request(by_name="Ilse"), _open(_vault((KEYS, "e1"))), CODEC, writer, lambda: AT)
    (output,) = writer.written
    assert output.topic == "privacy.reveals"
    assert CODEC.decode("privacy_reveal", output.value) == told
    assert (told["os_user"], told["by_name"], told["reason"]) == ("ilse", "Ilse", "ticket 4711, access")
    assert {one["name"]: one["values"] for one in told["classes"]} == {"email": 1, "person": 2, "subject": 1}
    assert not [one.value for one in ORIGINALS if one.value.encode() in (output.value or b"")]


@pytest.mark.parametrize("error", [TimeoutError(), OSError("no broker")])
async def test_when_it_cannot_be_recorded_nothing_may_be_shown(error: Exception) -> None:
    with pytest.raises(RevealError, match="could not be recorded"):
        await recorded(_request(), _open(_vault((KEYS, "e1"))), CODEC, _Writer(error), lambda: AT)


@pytest.mark.parametrize("reason", ["", "because", "  a   b  c  d "])
def test_a_reason_that_says_nothing_is_refused(reason: str) -> None:
    with pytest.raises(RevealError, match="at least 10 characters"):
        _request(reason=reason)


def test_an_opened_subject_shows_nothing_when_printed() -> None:
    assert "Anouk" not in repr(_open(_vault((KEYS, "e1"))))
