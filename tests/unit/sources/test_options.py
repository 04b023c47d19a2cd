"""A changed setting is told by name and length; caches, locks and timers are not, and no value ever is."""

from typing import Any

import pytest

from avro_schemas.records import CapturedEvent
from streams.delivery.refusal import RefusedError
from streams.sources import options
from tests.unit.sources.changes import change, lineage

ROW = {"option_id": 7, "option_name": "woocommerce_currency", "option_value": "EUR", "autoload": "on"}


def _told(op: str, before: dict[str, Any], after: dict[str, Any], position: int = 1) -> CapturedEvent | None:
    row = change("options", op, after and {**ROW, **after}, before and {**ROW, **before}, position=position)
    return options.captured(row, lineage(row))


def test_a_changed_setting_is_told_by_its_name_and_length() -> None:
    event = _told("u", ROW, {"option_value": "secret é"})
    assert event
    assert event["option"] == {"name": "woocommerce_currency", "value_bytes": 9, "removed": False}
    assert "secret" not in str(event)
    assert event["entity_id"] == 7


def test_a_removed_setting_is_told_as_removed() -> None:
    event = _told("d", ROW, {})
    assert event
    assert event["option"]
    assert event["option"]["removed"]


def test_a_reading_and_an_unchanged_value_tell_nothing() -> None:
    assert _told("r", {}, ROW) is None
    assert _told("u", ROW, {"autoload": "off"}) is None


@pytest.mark.parametrize(
    "name",
    ["_transient_wc_count_comments", "_site_transient_update_plugins", "cron", "action_scheduler_lock_async-request",
     "core_updater.lock", "product_cat_children", "wp_session_abc", "rewrite_rules"],
)  # fmt: skip
def test_caches_locks_and_timers_are_no_settings(name: str) -> None:
    assert _told("u", {"option_name": name}, {"option_name": name, "option_value": "x"}) is None


def test_a_setting_that_only_sounds_like_noise_is_told() -> None:
    assert _told("c", {}, {"option_name": "cron_settings"}) is not None


@pytest.mark.parametrize("name", ["", "jan jansen", "jan@post.example", "x" * 192, "prijs€"])
def test_a_name_that_could_be_a_text_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="option_name") as refused:
        _told("c", {}, {"option_name": name})
    assert not name or name not in str(refused.value)


def test_each_change_of_one_setting_is_told_apart() -> None:
    events = [_told("u", ROW, {"option_value": "x"}, position) for position in (1, 2)]
    assert len({event["event_id"] for event in events if event}) == 2
