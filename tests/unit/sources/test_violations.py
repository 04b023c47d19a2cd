"""A setting that holds a key or an endpoint of a foreign AI service is a violation; its removal is none."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from streams.delivery.refusal import RefusedError
from streams.sources import debezium, options
from streams.sources.debezium import Change, Operation
from streams.sources.foreign_ai.violations import scan, shown_name
from streams.sources.lineage import Lineage
from tests.fixtures.samples import changes, deliveries
from tests.unit.sources.made_up import KEYS

AT = datetime(2026, 5, 4, tzinfo=UTC)
KEY = KEYS["anthropic", "api_key"]


def _change(table: str = "options", *, op: Operation = "c", **row: Any) -> Change:
    return Change("demo", table, op, {}, row, "b:1:0", AT)


def _option(value: str, name: str = "ai_settings", op: Operation = "c") -> Change:
    return _change(op=op, option_id=7, option_name=name, option_value=value)


@pytest.mark.parametrize("op", ["c", "u", "r"])
def test_an_option_with_a_key_is_a_violation_however_it_came(op: Operation) -> None:
    (found,) = scan(_option(f'a:1:{{s:3:"key";s:108:"{KEY}";}}', op=op))
    assert (found.service, found.kind, found.rule) == ("anthropic", "api_key", "api_key")
    assert (found.table, found.row_id, found.name, found.secret) == ("options", 7, "ai_settings", KEY)


@pytest.mark.parametrize(
    "change",
    [
        _change("postmeta", meta_id=3, post_id=1, meta_key="_bot", meta_value="https://api.anthropic.com/v1"),
        _change("usermeta", umeta_id=3, user_id=1, meta_key="_bot", meta_value="https://api.anthropic.com/v1"),
    ],
)
def test_meta_of_posts_and_users_is_looked_at(change: Change) -> None:
    (found,) = scan(change)
    assert (found.service, found.kind, found.row_id, found.name) == ("anthropic", "endpoint", 3, "_bot")


def test_an_update_that_takes_the_key_out_and_a_deletion_raise_nothing() -> None:
    held = _option(KEY)
    assert not scan(replace(held, op="u", before=held.after, after={**held.after, "option_value": ""}))
    assert not scan(replace(held, op="d", before=held.after, after={}))
    assert not scan(replace(held, op="t"))


def test_the_same_key_twice_in_a_row_is_one_violation() -> None:
    assert len(scan(_option(f"{KEY} {KEY}"))) == 1


def test_a_key_in_the_options_name_is_found_and_masked_there() -> None:
    (found,) = scan(_option("1", name=f"_transient_ai_{KEY}"[:14] + f" {KEY} of ann@shop.example"))
    assert KEY not in found.name
    assert "ann@" not in found.name
    assert found.secret == KEY


def test_the_event_of_an_option_whose_name_holds_a_key_does_not_show_it() -> None:
    event = options.captured(_option("1", name=f"ai_{KEY[:3]}.{KEY}"), Lineage("demo", "cdc", "t", 0, 1, AT))
    assert event is not None
    assert event["option"] is not None
    assert event["option"]["name"] == "ai_sk-.<api_key>"
    assert shown_name("woocommerce_currency") == "woocommerce_currency"


def test_what_wordpress_caches_of_others_news_counts_for_keys_only() -> None:
    name = "_site_transient_update_plugins"
    assert not scan(_option("now works with https://api.openai.com", name=name))
    assert len(scan(_option(f"https://api.openai.com {KEY}", name=name))) == 1


def test_other_tables_are_not_looked_at() -> None:
    assert not scan(_change("comments", comment_ID=1, comment_content=KEY))


@pytest.mark.parametrize("row", [{"option_id": 7, "option_name": None, "option_value": None}, {"option_id": 7}])
def test_empty_rows_hold_nothing(row: dict[str, Any]) -> None:
    assert not scan(Change("demo", "options", "c", {}, row, "b:1:0", AT))


def test_a_violation_does_not_show_its_key_when_printed() -> None:
    assert KEY not in repr(scan(_option(KEY)))


def test_no_row_and_no_delivery_of_the_samples_is_a_violation() -> None:
    looked_at = 0
    for message in changes():
        if message.value is None:
            continue
        for table in ("options", "postmeta", "usermeta"):
            name = {"options": "option_name"}.get(table, "meta_key")
            value = {"options": "option_value"}.get(table, "meta_value")
            row = {name: "ai_api_key", value: message.value.decode(), "option_id": 1, "meta_id": 1, "umeta_id": 1}
            assert not scan(Change("demo", table, "r", {}, row, "b:1:0", AT)), message.place
        looked_at += 1
    for delivery in deliveries():
        assert not scan(_option(delivery.body.decode("utf-8", "replace")))
        looked_at += 1
    assert looked_at > 100


def test_every_captured_sample_goes_through_as_it_is() -> None:
    known = [change for message in changes() if (change := _parsed(message)) is not None]
    assert len(known) > 50
    assert not [found for change in known for found in scan(change)]


def _parsed(message: Any) -> Change | None:
    try:
        return debezium.parse(message)
    except RefusedError:
        return None
