"""A shop's day through every station, on the real parts: nothing missing, nothing personal where it must not be."""

import asyncio
import json
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from infra.local.settings import HOST
from streams.audit.summary import EVER
from streams.delivery.reading import read
from streams.demo.arrivals import arrivals, recognised
from streams.demo.changes import ENTITIES
from streams.demo.day import DEMO_SHOP, Day, play, play_recorded, told
from streams.demo.examples import search
from streams.demo.landed import redacted_texts
from streams.demo.offsets import Offsets
from streams.demo.stations import count
from streams.demo.watch import Line, Outcome
from tests.platform.commands import inland
from tests.platform.conftest import CART_ABANDONED_S
from topics.catalogue import catalogue
from topics.model import Zone

PATIENCE_S = 120.0
# A value this short may stand in a text by chance.
TELLING = 6


@pytest.fixture(scope="module")
def day(platform: Platform) -> Day:
    return Day(orders=15, rate=None, seed=11, ledger=platform.layout.run / "spine-ledger.jsonl")


@pytest.fixture(scope="module")
def outcome(platform: Platform, analyst: Client, day: Day) -> Outcome:
    """The day, played once, and how it ended."""

    async def whole_day() -> Outcome:
        async with Offsets(platform.settings.kafka_bootstrap) as offsets:
            line = Line(offsets, analyst, await count(offsets, analyst), lambda _: None)
            summary = await play(platform, day, lambda _: None)
            assert summary.acknowledged == summary.deliveries > 0
            await play_recorded(platform)
            return await line.settle(told(day), PATIENCE_S)

    return asyncio.run(whole_day())


def test_everything_told_has_landed_once(day: Day, outcome: Outcome) -> None:
    assert [check for check in outcome.checks if not check.agrees] == []
    # A setting that has the value already, from another test's day, does not change.
    kinds = {change.entity for change in told(day).changes}
    assert kinds | {"option"} == set(ENTITIES), "a day without some kind of change"
    assert len(outcome.checks) == len(kinds) + 5
    assert all(check.told for check in outcome.checks), "a check over nothing proves nothing"
    assert outcome.refused == 0


def test_no_personal_value_of_a_text_came_through(analyst: Client, day: Day, outcome: Outcome) -> None:
    found = search(told(day).texts, redacted_texts(analyst, DEMO_SHOP))
    assert found.values > 20
    assert (found.survived, found.unseen) == (0, 0)


async def test_what_came_by_both_routes_was_told_once_and_recognised_the_second_time(
    platform: Platform, analyst: Client, outcome: Outcome
) -> None:
    again = await recognised(f"http://{HOST}:{platform.settings.redact_port}")
    found = {one.entity: one for one in arrivals(analyst, EVER, {}, again)}
    for entity in ("order", "customer", "product"):
        assert found[entity].webhook > 0
        assert found[entity].recognised, "the database told nothing of what a webhook had told"
    for entity in ("order_note", "review", "cart", "option"):
        assert (found[entity].webhook, found[entity].recognised) == (0, 0), "no webhook tells of it"


def _personal(ledger: Path) -> set[str]:
    """Every personal value of the shop's ledger that is long enough to be nobody else's."""
    values: set[str] = set()
    for line in ledger.read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        if fact["kind"] == "personal":
            values |= {value["value"] for value in fact["values"] if value["type"] != "city"}
        if fact["kind"] == "text":
            values |= {span["value"] for span in fact["text"]["spans"] if span["type"] not in ("city", "date_of_birth")}
    return {value for value in values if len(value) >= TELLING}


def _without(values: set[str], content: bytes, place: str) -> None:
    survivors = [value for value in values if value.encode() in content]
    assert not survivors, f"{len(survivors)} personal values stand in {place}"


async def test_no_personal_value_stands_in_any_topic_outside_the_restricted_zone(
    platform: Platform, day: Day, outcome: Outcome
) -> None:
    values = _personal(day.ledger)
    assert len(values) > 50
    records = 0
    for topic in catalogue().values():
        if topic.zone is Zone.RESTRICTED:
            continue
        async for message in read(platform.settings.kafka_bootstrap, topic.name, "earliest", "latest"):
            records += 1
            _without(values, (message.key or b"") + (message.value or b""), message.place)
    assert records > 500


async def test_the_restricted_zone_does_hold_them_so_that_the_search_means_something(
    platform: Platform, day: Day, outcome: Outcome
) -> None:
    values = [value.encode() for value in _personal(day.ledger)]
    held = 0
    async for message in read(platform.settings.kafka_bootstrap, "shop.cdc.changes", "earliest", "latest"):
        held += any(value in (message.value or b"") for value in values)
    assert held > 50


def test_no_personal_value_stands_in_any_log(platform: Platform, day: Day, outcome: Outcome) -> None:
    logs = sorted(platform.layout.logs.glob("*.log*"))
    assert logs
    for log in logs:
        _without(_personal(day.ledger), log.read_bytes(), log.name)


# Saved in several rows in no fixed order: where one state ends and the next begins, a pause alone may tell.
CUT_BY_TIME = {
    "woo.deliveries": ("customer", "product", "coupon"),
    "shop.cdc.changes": ("order", "customer", "product", "coupon", "cart"),
}


@pytest.mark.parametrize("topic", ["woo.deliveries", "shop.cdc.changes"])
def test_a_replay_redacts_the_same_again(
    platform: Platform, outcome: Outcome, tmp_path: Path, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAND_CART_ABANDONED_MINUTES", str(CART_ABANDONED_S / 60))
    out = tmp_path / "replay.jsonl"
    done = inland(platform, "replay", "--topic", topic, "--out", str(out), "--json")
    counts = json.loads(done.stdout)
    assert counts["same"] > 50
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    # Refused again is the same again: other tests leave poison on the way.
    wrong = [line for line in lines if line["outcome"] in ("differs", "not_published")]
    assert done.returncode == bool(wrong), done.stderr
    told = [(line["place"], line["outcome"], line["fields"], line["event"]["event_type"]) for line in wrong]
    surely = [one for one, line in zip(told, wrong, strict=True) if line["event"]["entity"] not in CUT_BY_TIME[topic]]
    assert surely == []
    assert len(wrong) < counts["same"] / 20, told
    _without({"@post.example"}, out.read_bytes(), "the replay's output")


def test_the_broker_follows_the_catalogue(platform: Platform) -> None:
    assert json.loads(inland(platform, "topics", "plan", "--json").stdout) == []


def test_applying_again_changes_nothing(platform: Platform) -> None:
    lines = inland(platform, "apply").stdout.splitlines()
    assert [line for line in lines if not line.startswith("schema ")] == []
