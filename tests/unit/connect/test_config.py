"""What is asked of Debezium: which tables, which columns never, which key, and where rows go."""

import json
import re
from pathlib import Path

import pytest

from streams.connect.config import Config
from streams.sources.tables import LONGEST_TEXT, TABLES
from tests.unit.connect.shops import config

GOLDEN = Path(__file__).parent / "demo.json"
PREFIXES = ("wp_", "kantoor7_", "")


def _names(found: Config, key: str) -> list[str]:
    return found[key].split(",")


def _routed(found: Config, topic: str) -> tuple[str, str | None]:
    """Topic and key field that a record of `topic` ends with, as the transforms and their predicates do it."""
    key = None
    for name in found["transforms"].split(","):
        predicate = found[f"transforms.{name}.predicate"]
        if not re.fullmatch(found[f"predicates.{predicate}.pattern"], topic):
            continue
        if name == "route":
            return found["transforms.route.replacement"], key
        assert key is None, "one key for each table"
        key = found[f"transforms.{name}.field"]
    return topic, key


def test_the_whole_configuration_is_the_one_that_was_last_looked_at() -> None:
    """A change shows in review, setting by setting: `inland connect show` prints what to put here."""
    assert config() == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("prefix", PREFIXES)
def test_tables_are_named_with_the_shops_own_prefix_and_nothing_beside_them_is_captured(prefix: str) -> None:
    included = [re.compile(pattern) for pattern in _names(config(table_prefix=prefix), "table.include.list")]
    wanted = {f"shop.{prefix}{name}" for name in TABLES}
    others = {f"shop.{prefix}{name}x" for name in TABLES} | {f"shop.x{prefix}{name}" for name in TABLES}
    others |= {f"shopX{prefix}{name}" for name in TABLES} | {f"shop.{prefix}commentmeta"}
    found = {name for name in wanted | others if any(pattern.fullmatch(name) for pattern in included)}
    assert found == wanted


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_table_goes_to_one_topic_with_its_aggregates_key(prefix: str) -> None:
    found = config(table_prefix=prefix)
    for table in TABLES.values():
        assert _routed(found, f"demo.shop.{prefix}{table.name}") == ("shop.cdc.changes", table.key)


@pytest.mark.parametrize("topic", ["inland-heartbeat.demo", "inland.connect.notifications"])
def test_what_is_no_row_keeps_its_topic(topic: str) -> None:
    for prefix in PREFIXES:
        assert _routed(config(table_prefix=prefix), topic) == (topic, None)


def test_a_key_is_led_by_the_aggregate_and_tells_every_row_apart() -> None:
    keys = dict(entry.split(":") for entry in config()["message.key.columns"].split(";"))
    for table in TABLES.values():
        columns = keys[rf"shop\.wp_{table.name}"].split(",")
        assert columns[0] == table.key
        assert columns[-1] == table.primary


def test_what_belongs_to_an_aggregate_is_read_before_the_aggregate_in_a_snapshot() -> None:
    names = [name.removeprefix(r"shop\.wp_") for name in _names(config(), "table.include.list")]
    parts = [names.index(name) for name, table in TABLES.items() if table.key != table.primary]
    assert max(parts) < min(names.index(name) for name, table in TABLES.items() if table.key == table.primary)


def test_excluded_and_long_columns_are_those_of_the_tables() -> None:
    found = config(table_prefix="x_")
    assert r"shop\.x_users\.user_pass" in _names(found, "column.exclude.list")
    assert len(_names(found, "column.exclude.list")) == sum(len(table.excluded) for table in TABLES.values())
    assert r"shop\.x_options\.option_value" in _names(found, f"column.truncate.to.{LONGEST_TEXT}.chars")


def test_no_key_column_is_left_out_or_cut() -> None:
    for table in TABLES.values():
        assert not {table.key, table.primary} & {*table.excluded, *table.long}, table.name


def test_a_legacy_shop_is_captured_without_the_tables_that_only_mirror_its_orders() -> None:
    names = _names(config(order_storage="legacy"), "table.include.list")
    assert not [name for name in names if "wc_order" in name.replace("woocommerce_order", "")]
    assert r"shop\.wp_postmeta" in names


def test_the_password_is_a_reference_and_statements_stay_in_the_database() -> None:
    found = config()
    assert found["database.password"] == "${file:/run/secrets/debezium.properties:password}"
    assert found["include.query"] == "false"
    assert found["read.only"] == "true"


def test_two_shops_share_nothing_that_is_one_shops_own() -> None:
    one, other = config(), config(shop="other", server_id=5402)
    own = ("topic.prefix", "database.server.id", "signal.kafka.groupId", "schema.history.internal.kafka.topic")
    assert not [key for key in own if one[key] == other[key]]
