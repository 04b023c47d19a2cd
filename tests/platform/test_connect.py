"""Capture on the real Debezium: what comes, under which key, what never comes, and what happens when things break."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pymysql
import pytest
import yaml
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from infra.local.platform import Platform
from streams.delivery.reading import read
from streams.sources.assembly.kinds import HPOS_ORDER
from streams.sources.debezium import Change
from streams.sources.tables import LONGEST_TEXT, TABLES
from streams.sources.versions import recall
from tests.platform.commands import inland
from tests.platform.conftest import discard, fresh_platform
from tests.platform.connect_stand import Captured, capture, sql
from topics.names import CONNECT_SIGNALS

ORDER = "INSERT INTO wp_wc_orders (id, status, type, total_amount, date_updated_gmt) VALUES "
META = "INSERT INTO wp_wc_orders_meta (order_id, meta_key, meta_value) VALUES "
POST = "(ID, post_content, post_title, post_excerpt, to_ping, pinged, post_content_filtered, post_date_gmt)"
PASSWORD = "$wp$2y$10$Kd0NeverLeavesTheDatabase"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A captured shop of this module's own; one row of an order is older than the connector."""
    own = fresh_platform(tmp_path_factory, "connect")
    try:
        capture(own)
        yield own
    finally:
        discard(own)


@pytest.fixture
async def captured(shop: Platform) -> AsyncIterator[Captured]:
    """Everything that was captured, followed."""
    stand = await Captured.start(shop)
    yield stand
    await stand.stop()


def of(table: str, op: str = "crud", **columns: object) -> "Wanted":
    """Changes of a table with one of the operations, whose row has these columns."""
    return Wanted(table, op, columns)


class Wanted:
    """A question to a change."""

    def __init__(self, table: str, op: str, columns: dict[str, object]) -> None:
        self.table, self.op, self.columns = table, op, columns

    def __call__(self, change: Change) -> bool:
        same = all(change.row.get(name) == value for name, value in self.columns.items())
        return change.table == self.table and change.op in self.op and same


async def test_all_rows_of_an_order_come_in_one_partition_under_its_id_as_the_binlog_runs(captured: Captured) -> None:
    sql(
        captured.platform,
        f"{ORDER} (4711, 'wc-pending', 'shop_order', 12.5, '2026-05-04 10:00:00')",
        "INSERT INTO wp_wc_order_addresses (order_id, address_type) VALUES (4711, 'billing')",
        "INSERT INTO wp_wc_order_operational_data (order_id, created_via) VALUES (4711, 'checkout')",
        f"{META} (4711, '_a', '1'), (4711, '_b', '2')",
        "INSERT INTO wp_comments (comment_post_ID, comment_author, comment_content, comment_type)"
        " VALUES (4711, 'WooCommerce', '', 'order_note')",
        "UPDATE wp_wc_orders SET status = 'wc-processing' WHERE id = 4711",
        "DELETE FROM wp_wc_orders WHERE id = 4711",
    )
    await captured.until(of("wc_orders", "d", id=4711))
    rows = [(message, change) for message, change in captured.changes if message.key == b"4711"]
    assert [(change.table, change.op) for _, change in rows] == [
        ("wc_orders", "c"),
        ("wc_order_addresses", "c"),
        ("wc_order_operational_data", "c"),
        ("wc_orders_meta", "c"),
        ("wc_orders_meta", "c"),
        ("comments", "c"),
        ("wc_orders", "u"),
        ("wc_orders", "d"),
    ]
    assert len({message.partition for message, _ in rows}) == 1
    positions = [change.position for _, change in rows]
    assert positions == sorted(set(positions))
    assert rows[0][1].row["total_amount"] == "12.50000000", "decimals travel as text"
    assert rows[6][1].before["status"] == "wc-pending"


async def test_every_captured_table_is_keyed_by_its_aggregate(captured: Captured) -> None:
    rows: dict[str, tuple[object, str]] = {
        "woocommerce_order_items": (811, "(order_item_id, order_item_name, order_id) VALUES (811, 'x', 1)"),
        "woocommerce_order_itemmeta": (812, "(order_item_id, meta_key) VALUES (812, '_qty')"),
        "woocommerce_sessions": (
            "t_0a1b",
            "(session_key, session_value, session_expiry) VALUES ('t_0a1b', 'a:0:{}', 1)",
        ),
        "users": (815, "(ID, user_login) VALUES (815, 'ilse')"),
        "usermeta": (816, "(user_id, meta_key) VALUES (816, 'locale')"),
        "posts": (817, f"{POST} VALUES (817, '', 'Pen', '', '', '', '', '2026-05-04 10:00:00')"),
        "postmeta": (818, "(post_id, meta_key) VALUES (818, '_sku')"),
        "options": (819, "(option_id, option_name, option_value) VALUES (819, 'connect_test', '1')"),
    }
    sql(captured.platform, *(f"INSERT INTO wp_{table} {values}" for table, (_, values) in rows.items()))
    for table, (key, _) in rows.items():
        ((message, _), *_) = await captured.until(of(table, "crud", **{TABLES[table].key: key}))
        assert message.key == str(key).encode(), table


async def test_excluded_columns_never_reach_kafka_whatever_happens_to_the_row(captured: Captured) -> None:
    sql(
        captured.platform,
        f"INSERT INTO wp_users (ID, user_login, user_pass) VALUES (900, 'jan', '{PASSWORD}')",
        f"UPDATE wp_users SET user_pass = '{PASSWORD}2', user_login = 'jan2' WHERE ID = 900",
        f"INSERT INTO wp_users (ID, user_login, user_activation_key) VALUES (901, 'piet', '{PASSWORD}')",
        "DELETE FROM wp_users WHERE ID = 900",
        "INSERT INTO wp_users (ID, user_login) VALUES (902, 'last')",
    )
    await captured.until(of("users", ID=902))
    assert (await captured.until(of("users", "u", ID=900)))[0][1].before["user_login"] == "jan"
    bootstrap, held = captured.platform.settings.kafka_bootstrap, 0
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    names = await admin.list_topics()
    await admin.close()
    for name in names:
        async for message in read(bootstrap, name, "earliest", "latest"):
            held += 1
            assert b"NeverLeaves" not in (message.value or b"") + (message.key or b""), message.place
    assert held > 10


async def test_an_update_that_touches_excluded_columns_alone_is_no_change(captured: Captured) -> None:
    sql(
        captured.platform,
        f"INSERT INTO wp_users (ID, user_login, user_pass) VALUES (910, 'ada', '{PASSWORD}')",
        f"UPDATE wp_users SET user_pass = '{PASSWORD}3' WHERE ID = 910",
        "INSERT INTO wp_users (ID, user_login) VALUES (911, 'last')",
    )
    await captured.until(of("users", ID=911))
    assert [change.op for _, change in await captured.until(of("users", ID=910))] == ["c"]


async def test_a_zero_date_is_null_where_it_may_be_and_the_epoch_where_it_may_not(captured: Captured) -> None:
    zero = "0000-00-00 00:00:00"
    sql(
        captured.platform,
        f"INSERT INTO wp_posts {POST} VALUES (920, '', 'draft', '', '', '', '', '{zero}')",
        f"INSERT INTO wp_wc_order_operational_data (order_id, date_paid_gmt) VALUES (920, '{zero}')",
    )
    ((_, post), *_) = await captured.until(of("posts", ID=920))
    ((_, data), *_) = await captured.until(of("wc_order_operational_data", order_id=920))
    assert post.row["post_date_gmt"] == 0
    assert data.row["date_paid_gmt"] is None


async def test_a_text_without_bounds_is_cut_and_does_not_stop_the_stream(captured: Captured) -> None:
    platform, long = captured.platform, "\N{GRINNING FACE}" * (LONGEST_TEXT + 1)
    insert = "INSERT INTO wp_woocommerce_sessions (session_key, session_value, session_expiry) VALUES "
    sql(
        platform,
        f"{insert} ('930', '{long}', 1)",
        f"UPDATE wp_woocommerce_sessions SET session_value = CONCAT('x', '{long}') WHERE session_key = '930'",
        f"{insert} ('931', '', 1)",
    )
    await captured.until(of("woocommerce_sessions", session_key="931"))
    ((_, change),) = await captured.until(of("woocommerce_sessions", "u", session_key="930"))
    for row in (change.before, change.row):
        assert len(row["session_value"].encode("utf-16-le")) == 2 * LONGEST_TEXT
    assert (change.before["session_value"][0], change.row["session_value"][0]) == (long[0], "x")


async def test_a_snapshot_on_request_brings_every_row_again_and_writes_nothing_to_the_database(
    captured: Captured,
) -> None:
    many = ", ".join(f"(940, '_key_{number}', '{number}')" for number in range(2500))
    sql(captured.platform, f"{META} {many}")
    tables = sql(captured.platform, "SHOW TABLES")
    done = inland(captured.platform, "connect", "snapshot", "wc_orders_meta", "--where", "order_id = 940", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"shop": "demo", "table": "wc_orders_meta", "rows": 2500}
    again = await captured.until(of("wc_orders_meta", "r", order_id=940), 2500)
    assert len({change.row["meta_key"] for _, change in again}) == 2500
    assert {message.key for message, _ in again} == {b"940"}
    assert sql(captured.platform, "SHOW TABLES") == tables
    for statement in ("CREATE TABLE wp_signal (id int)", "DELETE FROM wp_wc_orders"):
        with pytest.raises(pymysql.err.OperationalError, match="denied"):
            sql(captured.platform, statement, user="debezium")


async def test_the_rows_of_one_order_are_brought_again_with_its_lines_and_refunds_and_no_others(
    captured: Captured,
) -> None:
    items = "INSERT INTO wp_woocommerce_order_items (order_item_id, order_item_name, order_item_type, order_id) VALUES "
    line_meta = "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES "
    sql(
        captured.platform,
        f"{ORDER} (4970, 'wc-processing', 'shop_order', 1, '2026-05-04 10:00:00')",
        f"{ORDER} (4971, 'wc-processing', 'shop_order', 1, '2026-05-04 10:00:00')",
        "INSERT INTO wp_wc_orders (id, status, type, parent_order_id)"
        " VALUES (4972, 'wc-completed', 'shop_order_refund', 4970)",
        "INSERT INTO wp_wc_order_addresses (order_id, address_type) VALUES (4970, 'billing'), (4971, 'billing')",
        "INSERT INTO wp_wc_order_operational_data (order_id) VALUES (4970), (4971)",
        f"{META} (4970, '_a', '1'), (4971, '_a', '1'), (4972, '_refund_amount', '1')",
        f"{items} (9701, 'Kruk', 'line_item', 4970), (9711, 'Kruk', 'line_item', 4971)",
        f"{line_meta} (9701, '_qty', '1'), (9711, '_qty', '1')",
    )
    await captured.until(of("woocommerce_order_itemmeta", "c", order_item_id=9711))
    origin = recall.Origin("shop", "wp_")
    value = recall.signal("test/4970", origin, recall.of_entity(HPOS_ORDER, 4970, origin))
    async with AIOKafkaProducer(bootstrap_servers=captured.platform.settings.kafka_bootstrap) as producer:
        await producer.send_and_wait(CONNECT_SIGNALS, value, key=b"demo")
    await captured.until(of("wc_orders", "r", id=4970))
    again = {
        (change.table, int(change.row[TABLES[change.table].key])) for _, change in captured.changes if change.op == "r"
    }
    order_tables = ("wc_orders", "wc_order_addresses", "wc_order_operational_data", "wc_orders_meta")
    lines = {("woocommerce_order_items", 9701), ("woocommerce_order_itemmeta", 9701)}
    assert again >= {*((table, 4970) for table in order_tables), ("wc_orders", 4972), ("wc_orders_meta", 4972), *lines}
    assert not {key for _, key in again} & {4971, 9711}


def test_a_snapshot_is_refused_with_what_there_is_and_with_what_is_wrong(shop: Platform) -> None:
    unknown = inland(shop, "connect", "snapshot", "wp_wc_orders")
    assert unknown.returncode == 1
    assert "wc_order_addresses" in unknown.stderr
    wrong = inland(shop, "connect", "snapshot", "wc_orders", "--where", "no_such_column = 1")
    assert wrong.returncode == 1
    assert "its SQL failed" in wrong.stderr


def test_applying_again_changes_nothing_and_another_configuration_is_taken_over(shop: Platform) -> None:
    assert inland(shop, "connect", "apply").stdout == "keep    demo-mariadb\n"
    file = shop.layout.connectors_file
    before = file.read_text(encoding="utf-8")
    content = yaml.safe_load(before)
    content["connectors"][0]["server_id"] = 5402
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        dry = json.loads(inland(shop, "connect", "apply", "--dry-run", "--json").stdout)
        assert (dry[0]["action"], dry[0]["changed"]) == ("update", ["database.server.id"])
        assert inland(shop, "connect", "apply").stdout == "update  demo-mariadb: changed database.server.id\n"
        status = json.loads(inland(shop, "connect", "status", "--json").stdout)
        assert status["demo-mariadb"]["tasks"] == ["RUNNING"]
    finally:
        file.write_text(before, encoding="utf-8")
        assert inland(shop, "connect", "apply").returncode == 0


async def test_a_table_that_changes_under_the_connector_keeps_flowing(captured: Captured) -> None:
    insert = "INSERT INTO wp_wc_orders"
    sql(
        captured.platform,
        f"{insert} (id, status) VALUES (950, 'wc-pending')",
        "ALTER TABLE wp_wc_orders ADD COLUMN plugin_note text DEFAULT NULL AFTER status",
        f"{insert} (id, status, plugin_note) VALUES (951, 'wc-pending', 'added')",
        "ALTER TABLE wp_wc_orders RENAME COLUMN plugin_note TO plugin_remark",
        f"{insert} (id, status, plugin_remark) VALUES (952, 'wc-pending', 'renamed')",
        "ALTER TABLE wp_wc_orders DROP COLUMN plugin_remark",
        f"{insert} (id, status) VALUES (953, 'wc-completed')",
    )
    rows = {}
    for order_id in (950, 951, 952, 953):
        ((_, change), *_) = await captured.until(of("wc_orders", "c", id=order_id))
        rows[order_id] = change.row
    assert "plugin_note" not in rows[950]
    assert rows[951]["plugin_note"] == "added"
    assert (rows[952]["plugin_remark"], "plugin_note" in rows[952]) == ("renamed", False)
    assert ("plugin_remark" in rows[953], rows[953]["status"]) == (False, "wc-completed")


async def test_a_table_that_lost_its_key_column_stops_the_connector_and_is_read_anew_when_it_is_back(
    captured: Captured,
) -> None:
    platform = captured.platform
    sql(
        platform,
        "ALTER TABLE wp_usermeta RENAME COLUMN user_id TO person_id",
        "INSERT INTO wp_usermeta (person_id, meta_key) VALUES (980, 'in_between')",
    )
    await asyncio.to_thread(_until_failed, platform)
    sql(platform, "ALTER TABLE wp_usermeta RENAME COLUMN person_id TO user_id")
    done = inland(platform, "connect", "apply", "--start-over", "demo")
    assert done.stdout == "keep    demo-mariadb: starts over with a new snapshot\n", done.stderr
    ((message, _),) = await captured.until(of("usermeta", "r", user_id=980))
    assert message.key == b"980"


def _until_failed(platform: Platform) -> None:
    deadline = time.monotonic() + 60
    while inland(platform, "connect", "status").returncode == 0:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize("loss", ["PURGE", "RESET"])
async def test_what_a_purged_binlog_held_comes_with_a_new_snapshot(captured: Captured, loss: str) -> None:
    platform, order_id = captured.platform, {"PURGE": 960, "RESET": 970}[loss]
    url = f"{platform.settings.connect_url}/connectors/demo-mariadb"
    sql(platform, f"{ORDER} ({order_id}, 'wc-pending', 'shop_order', 1, '2026-05-04 10:00:00')")
    await captured.until(of("wc_orders", "c", id=order_id))
    await asyncio.to_thread(_stop, url)
    sql(
        platform,
        f"{ORDER} ({order_id + 1}, 'wc-pending', 'shop_order', 2, '2026-05-04 10:00:00')",
        f"UPDATE wp_wc_orders SET status = 'wc-on-hold' WHERE id = {order_id}",
        "FLUSH BINARY LOGS",
    )
    _lose(platform, loss)
    sql(platform, f"{META} ({order_id}, '_after', '1')")
    await asyncio.to_thread(_put, f"{url}/resume")
    assert await captured.until(of("wc_orders", "r", id=order_id + 1, status="wc-pending"))
    assert await captured.until(of("wc_orders", "r", id=order_id, status="wc-on-hold"))
    sql(platform, f"{ORDER} ({order_id + 2}, 'wc-pending', 'shop_order', 3, '2026-05-04 10:00:00')")
    assert await captured.until(of("wc_orders", "c", id=order_id + 2)), "and the stream goes on behind it"


def _put(url: str) -> None:
    httpx.put(url, timeout=30, trust_env=False).raise_for_status()


def _stop(url: str) -> None:
    """Connect is down for the connector: its tasks have ended."""
    _put(f"{url}/stop")
    deadline = time.monotonic() + 30
    while httpx.get(f"{url}/status", timeout=30, trust_env=False).json()["tasks"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _lose(platform: Platform, loss: str) -> None:
    if loss == "RESET":
        sql(platform, "RESET MASTER")
        return
    newest = str(sql(platform, "SHOW BINARY LOGS")[-1][0])
    assert re.fullmatch(r"binlog\.\d+", newest)
    deadline = time.monotonic() + 60
    # The server keeps a file for as long as a replica reads it, and may notice late that one is gone.
    while len(sql(platform, f"PURGE BINARY LOGS TO '{newest}'", "SHOW BINARY LOGS")) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.5)
