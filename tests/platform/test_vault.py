"""What redaction takes out is in the vault, encrypted, and comes back to who holds the key: each time on record."""

import asyncio
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from streams.compliance.vault import newest
from streams.delivery.reading import read
from streams.demo.day import Day, play, play_recorded, told
from streams.demo.offsets import Offsets
from streams.demo.stations import count
from streams.demo.watch import Line
from streams.redact.keyfiles import rotate
from streams.redact.pseudonym import RegionKeys
from streams.redact.vault.originals import PLACEHOLDER
from tests.platform.audit_stand import eventually
from tests.platform.commands import inland
from topics.names import PRIVACY_VAULT

PATIENCE_S = 120.0
# A value this short may stand in ciphertext by chance.
TELLING = 6
REASON = "the customer asks what we hold, ticket 4711"
# With a person in it, and nothing that the policy drops and the vault so does not hold.
_NOTE = """
SELECT event_id, subject, region, note_content FROM commerce_events
WHERE entity = 'order_note' AND subject IS NOT NULL AND match(note_content, '<PERSON_\\\\d+>')
    AND NOT match(note_content, '<(ACCOUNT|CARD|CREDENTIAL|DEVICE|IP_ADDRESS|UNKNOWN)_')
    AND NOT match(note_content, 'rarr;|tock')  -- what the shop itself notes of its stock is no text of the day
ORDER BY captured_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as the analyst sees it."""

    event_id: str
    token: str
    region: str
    content: str


@pytest.fixture(scope="module")
def day(platform: Platform, analyst: Client) -> Day:
    """Orders and notes, played to their end."""
    day = Day(orders=10, rate=None, seed=23, ledger=platform.layout.run / "vault-ledger.jsonl")

    async def whole_day() -> None:
        async with Offsets(platform.settings.kafka_bootstrap) as offsets:
            line = Line(offsets, analyst, await count(offsets, analyst), lambda _: None)
            await play(platform, day, lambda _: None)
            await play_recorded(platform)
            await line.settle(told(day), PATIENCE_S)

    asyncio.run(whole_day())
    return day


@pytest.fixture(scope="module")
def note(day: Day, analyst: Client) -> Note:
    (row,) = analyst.query(_NOTE).result_rows
    return Note(*row)


def _facts(day: Day) -> list[dict[str, Any]]:
    return [json.loads(line) for line in day.ledger.read_text(encoding="utf-8").splitlines()]


def _personal(day: Day) -> set[str]:
    """Every personal value of the shop's ledger that is long enough to be nobody else's."""
    values: set[str] = set()
    for fact in _facts(day):
        values |= {value["value"] for value in fact.get("values", ()) if value["type"] != "city"}
        if fact["kind"] == "text":
            values |= {span["value"] for span in fact["text"]["spans"]}
    return {value for value in values if len(value) >= TELLING}


def _reveals(analyst: Client, token: str, by: str) -> list[dict[str, Any]]:
    found = analyst.query(
        "SELECT * FROM privacy_reveals WHERE token = {token:String} AND by_name = {by:String}",
        parameters={"token": token, "by": by},
    )
    return list(found.named_results())


async def test_the_vault_holds_no_personal_value_that_can_be_read(platform: Platform, day: Day, note: Note) -> None:
    records = await newest(read(platform.settings.kafka_bootstrap, PRIVACY_VAULT, "earliest", "latest"))
    kinds = [key.decode().split("/")[2] for key in records]
    assert kinds.count("key") >= kinds.count("identity") > 5
    assert kinds.count("event") > 10
    content = b"\0".join([*records, *records.values()])
    values = _personal(day)
    assert len(values) > 50
    assert [value for value in values if value.encode() in content] == []


def test_reveal_gives_the_originals_of_a_subject_back(platform: Platform, day: Day, note: Note) -> None:
    done = inland(platform, "reveal", note.token, "--reason", REASON, "--json")
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)["opened"]
    classes = {item["class"] for one in opened for item in one["originals"]}
    assert classes >= {"subject", "person", "street_address", "email"}
    values = {item["value"] for one in opened for item in one["originals"]}
    assert len(values & _personal(day)) > 3


def test_a_reveal_is_on_record_with_who_when_why_and_how_many_but_no_value(
    platform: Platform, analyst: Client, day: Day, note: Note
) -> None:
    by = f"auditor {uuid4().hex[:8]}"
    done = inland(platform, "reveal", note.token, "--event", note.event_id, "--reason", REASON, "--by", by, "--json")
    assert done.returncode == 0, done.stderr
    eventually("the reveal has landed", lambda: bool(_reveals(analyst, note.token, by)), PATIENCE_S)
    (row,) = _reveals(analyst, note.token, by)
    assert (row["reason"], row["purpose"]) == (REASON, "show")
    assert (row["region"], row["event_id"]) == (note.region, note.event_id)
    assert row["os_user"]
    assert dict(zip(row["class_names"], row["class_values"], strict=True))["person"] >= 1
    shown = [item["value"] for one in json.loads(done.stdout)["opened"] for item in one["originals"]]
    assert shown
    assert not [value for value in shown if value in json.dumps(row, default=str)]


def test_a_reply_is_filled_in_from_the_vault(platform: Platform, day: Day, note: Note, tmp_path: Path) -> None:
    reply = tmp_path / "reply.txt"
    reply.write_text(f"{note.content} <PERSON_99>", encoding="utf-8")
    done = inland(platform, "reveal", "--fill", str(reply), "--event", note.event_id, "--reason", REASON, "--json")
    assert done.returncode == 0, done.stderr
    filled = json.loads(done.stdout)
    assert PLACEHOLDER.findall(filled["text"]) == filled["unknown"] == ["<PERSON_99>"]
    texts = {fact["text"]["text"] for fact in _facts(day) if fact["kind"] == "text"}
    # Every spelling of a value has one placeholder, which is filled in by the first.
    folded = {re.sub(r"\W", "", text).casefold() for text in texts}
    assert re.sub(r"\W", "", filled["text"].removesuffix(" <PERSON_99>")).casefold() in folded


def test_without_a_reason_nothing_is_shown(platform: Platform, analyst: Client, note: Note) -> None:
    for reason in ([], ["--reason", "because"]):
        done = inland(platform, "reveal", note.token, *reason)
        assert done.returncode != 0
        assert not done.stdout
        assert "reason" in done.stderr


def test_when_the_reveal_cannot_be_recorded_nothing_is_shown(
    platform: Platform, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAND_DELIVERY_TIMEOUT_S", "0.0001")
    done = inland(platform, "reveal", note.token, "--reason", REASON)
    assert done.returncode != 0
    assert not done.stdout
    assert "could not be recorded" in done.stderr


def _with_keys(platform: Platform, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**platform.environment, "INLAND_REGION_KEYS_DIR": str(folder)}
    monkeypatch.setattr(Platform, "environment", property(lambda _: environment))


def test_another_key_refuses(platform: Platform, note: Note, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / note.region).write_text("ab" * 32, encoding="ascii")
    (tmp_path / note.region).chmod(0o600)
    _with_keys(platform, tmp_path, monkeypatch)
    done = inland(platform, "reveal", note.token, "--reason", REASON)
    assert done.returncode != 0
    assert not done.stdout
    assert f"no key here is called {note.token.partition('_')[0]}" in done.stderr


def test_after_a_rotation_old_records_open_and_new_tokens_differ(
    platform: Platform, note: Note, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "regions"
    shutil.copytree(platform.layout.region_keys, folder)
    rotate(folder, note.region)
    _with_keys(platform, folder, monkeypatch)
    done = inland(platform, "reveal", note.token, "--reason", REASON, "--json")
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)["opened"]
    (identity,) = {item["value"] for one in opened if one["event_id"] is None for item in one["originals"]}
    new, old, *_ = RegionKeys.read(folder).tokens(note.region, identity)
    assert old == note.token != new
