"""The generated shop against a real MariaDB, its webhooks against a real HTTP server."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from infra.local.platform import Platform
from infra.local.settings import HOST
from infra.local.shop.changes import PRIMARY_KEYS, Table, prefixed
from infra.local.shop.database import DatabaseSettings, ShopDatabaseError, create_schema
from infra.local.shop.holdings import holdings
from infra.local.shop.ledger import Ledger
from infra.local.shop.plan import shop_plan
from infra.local.shop.planned import EVERYTHING, Group
from infra.local.shop.replay import recorded, replay
from infra.local.shop.rows.posts import placeholder
from infra.local.shop.run import RunSettings, Summary, run
from infra.local.shop.site import OrderStorage, utc_now
from infra.local.shop.truth import read_truth
from infra.local.shop.webhook import WEBHOOK_IDS, sign
from infra.local.shop.writers import Writers

FIXTURES = Path(__file__).parents[1] / "fixtures" / "woocommerce"
SECRET = "whsec_Kantoor&amp;Keuken"
SEED = 4711
SALES: frozenset[Group] = frozenset()
"""Nothing but sales: quicker, for tests that look at nothing else."""


@dataclass(slots=True)
class Gateway:
    """A webhook receiver that answers as told and keeps what it got."""

    url: str = ""
    status: int = 200
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[tuple[dict[str, str], bytes]]:
        """What came beside the pings."""
        return [(headers, body) for headers, body in self.received if "X-WC-Webhook-Topic" in headers]


@asynccontextmanager
async def listening(status: int = 200) -> AsyncIterator[Gateway]:
    """Listen on a free loopback port."""
    gateway = Gateway(status=status)

    async def receive(request: web.Request) -> web.Response:
        gateway.received.append((dict(request.headers), await request.read()))
        return web.Response(status=gateway.status)

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/webhooks/demo", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    gateway.url = f"http://{HOST}:{runner.addresses[0][1]}/webhooks/demo"
    try:
        yield gateway
    finally:
        await runner.cleanup()


@pytest.fixture
def database(platform: Platform) -> DatabaseSettings:
    """The platform's MariaDB with the shop's tables."""
    settings = DatabaseSettings(
        HOST, platform.settings.mariadb_port, "shop", platform.layout.secrets / "mariadb-shop", "shop"
    )
    create_schema(settings)
    return settings


Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def query(database: DatabaseSettings) -> Iterator[Query]:
    """Ask the shop's database."""
    with database.connect() as connection, connection.cursor() as cursor:

        def ask(sql: str, *values: object) -> list[tuple[Any, ...]]:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

        yield ask


async def sell(
    database: DatabaseSettings,
    gateway: Gateway,
    ledger: Path,
    orders: int = 12,
    drop: float = 0.0,
    *,
    groups: frozenset[Group] = EVERYTHING,
) -> tuple[Summary, list[dict[str, Any]]]:
    """Run the shop at full speed and read its ledger."""
    settings = RunSettings(database, gateway.url, SECRET, None, drop, ledger)
    summary = await run(shop_plan(orders, SEED, groups=groups), settings)
    return summary, facts_of(ledger)


def facts_of(ledger: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]


def of_kind(facts: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [fact for fact in facts if fact["kind"] == kind]


def test_the_schema_is_made_once(database: DatabaseSettings, query: Query) -> None:
    assert create_schema(database) == 0
    assert {name for (name,) in query("SHOW TABLES")} >= set(Table)


def test_the_schema_has_woocommerces_types(database: DatabaseSettings, query: Query) -> None:
    columns: dict[str, str] = dict(query("SELECT column_name, column_type FROM information_schema.columns "
                         "WHERE table_schema = 'shop' AND table_name = 'wp_wc_orders'"))  # fmt: skip
    assert columns["total_amount"] == "decimal(26,8)"
    assert columns["date_created_gmt"] == "datetime"
    ((extra,),) = query("SELECT extra FROM information_schema.columns WHERE table_schema = 'shop' "
                        "AND table_name = 'wp_wc_orders' AND column_name = 'id'")  # fmt: skip
    assert extra == ""


async def test_every_fact_of_the_ledger_is_in_the_database(
    database: DatabaseSettings, query: Query, tmp_path: Path
) -> None:
    async with listening() as gateway:
        _, facts = await sell(database, gateway, tmp_path / "ledger.jsonl")
    gone = {(row["table"], row["id"]) for row in of_kind(facts, "row") if row["what"] == "delete"}
    erased = {
        (row["table"], row["about"]) for row in of_kind(facts, "row") if row["what"] == "delete" and not row["id"]
    }
    for row in of_kind(facts, "row"):
        if (row["table"], row["id"]) in gone or (row["table"], row["about"]) in erased:
            continue
        key = PRIMARY_KEYS[Table(row["table"])]
        assert query(f"SELECT 1 FROM {row['table']} WHERE {key} = %s", row["id"]), row  # noqa: S608
    final = {row["id"]: row["detail"] for row in of_kind(facts, "row") if row["what"] == "update"}
    for order_id, status in final.items():
        if (Table.ORDERS, order_id) in gone:
            continue
        assert query("SELECT status FROM wp_wc_orders WHERE id = %s", order_id) == [(status,)]
    # A review's first words are gone once it was edited, and all of them once it was erased.
    edited = {text["id"] for text in of_kind(facts, "text") if text["source"] == "review_edit"}
    for text in of_kind(facts, "text"):
        if (text["table"], text["id"]) in gone or (text["table"], text["about"]) in erased:
            continue
        if text["table"] == Table.ORDER_META and (Table.ORDERS, text["about"]) in gone:
            continue
        if text["source"] == "review" and text["id"] in edited:
            continue
        key = PRIMARY_KEYS[Table(text["table"])]
        column = "order_id" if text["table"] == Table.ORDER_META else key
        found = f"SELECT {text['column']} FROM {text['table']} WHERE {column} = %s"  # noqa: S608
        stored = query(found, text["id"])
        assert (text["text"]["text"],) in stored


async def test_rows_of_an_order_agree_with_its_last_webhook(
    database: DatabaseSettings, query: Query, tmp_path: Path
) -> None:
    async with listening() as gateway:
        await sell(database, gateway, tmp_path / "ledger.jsonl")
    last = {}
    for headers, body in gateway.events:
        if headers["X-WC-Webhook-Resource"] == "order":
            order = json.loads(body)
            last[order["id"]] = order
    assert len(last) == 12
    for order_id, order in last.items():
        rows = query(
            "SELECT status, total_amount, billing_email, customer_note FROM wp_wc_orders WHERE id = %s", order_id
        )
        if len(order) == 1:
            # The trash: the last webhook bears the id alone.
            assert [row[0] for row in rows] in ([], ["trash"])
            continue
        ((status, total, email, note),) = rows
        assert (status, f"{total:.2f}") == (f"wc-{order['status']}", order["total"])
        assert (email, note) == (order["billing"]["email"], order["customer_note"])
        items = query("SELECT order_item_id FROM wp_woocommerce_order_items WHERE order_id = %s "
                      "AND order_item_type = 'line_item'", order_id)  # fmt: skip
        assert {number for (number,) in items} == {line["id"] for line in order["line_items"]}


async def test_every_delivery_arrives_signed_and_stands_in_the_ledger(
    database: DatabaseSettings, tmp_path: Path
) -> None:
    async with listening() as gateway:
        summary, facts = await sell(database, gateway, tmp_path / "ledger.jsonl")
    for headers, body in gateway.events:
        assert headers["X-WC-Webhook-Signature"] == sign("whsec_Kantoor&Keuken", body)
    told = Counter(fact["body_sha256"] for fact in of_kind(facts, "webhook"))
    assert told == Counter(sha256(body).hexdigest() for _, body in gateway.received)
    assert summary.deliveries == summary.acknowledged == len(gateway.received)
    created = [headers for headers, _ in gateway.events if headers["X-WC-Webhook-Topic"] == "order.created"]
    assert len(created) == summary.orders == 12


async def test_a_second_run_goes_on_with_the_same_accounts_and_goods(
    database: DatabaseSettings, query: Query, tmp_path: Path
) -> None:
    async with listening() as gateway:
        await sell(database, gateway, tmp_path / "one.jsonl", groups=SALES)
        accounts = query("SELECT COUNT(*) FROM wp_users")
        goods = query("SELECT COUNT(*) FROM wp_posts WHERE post_type LIKE 'product%%'")
        ((last_order,),) = query("SELECT MAX(id) FROM wp_wc_orders")
        _, facts = await sell(database, gateway, tmp_path / "two.jsonl", groups=SALES)
    assert query("SELECT COUNT(*) FROM wp_users") == accounts
    assert query("SELECT COUNT(*) FROM wp_posts WHERE post_type LIKE 'product%%'") == goods
    orders = [r["id"] for r in of_kind(facts, "row") if r["table"] == Table.ORDERS and r["what"] == "insert"]
    assert min(orders) > last_order


def _age(product: dict[str, Any]) -> tuple[str, int]:
    return product["date_modified_gmt"], -product["stock_quantity"]


async def test_stock_in_the_database_is_what_the_last_product_webhook_said(
    database: DatabaseSettings, query: Query, tmp_path: Path
) -> None:
    async with listening() as gateway:
        await sell(database, gateway, tmp_path / "ledger.jsonl")
    told: dict[int, dict[str, Any]] = {}
    for headers, body in gateway.events:
        product = json.loads(body)
        # Deliveries overtake one another: the newest is told by its own date, within a second by the lower stock.
        if headers["X-WC-Webhook-Resource"] != "product" or "stock_quantity" not in product:
            continue
        if _age(product) >= _age(told.get(product["id"], product)):
            told[product["id"]] = product
    assert told
    for product_id, product in told.items():
        stored = query("SELECT k.meta_value, p.post_modified_gmt FROM wp_posts p JOIN wp_postmeta k "
                       "ON k.post_id = p.ID AND k.meta_key = '_stock' WHERE p.ID = %s "
                       "AND p.post_status <> 'trash'", product_id)  # fmt: skip
        if stored:
            assert (int(stored[0][0]), stored[0][1].isoformat()) == (
                product["stock_quantity"],
                product["date_modified_gmt"],
            )


async def test_a_refusing_gateway_is_counted_and_asked_once(database: DatabaseSettings, tmp_path: Path) -> None:
    async with listening(503) as gateway:
        summary, facts = await sell(database, gateway, tmp_path / "ledger.jsonl", orders=2, groups=SALES)
    assert summary.refused == summary.deliveries == len(gateway.received)
    assert {fact["http_status"] for fact in of_kind(facts, "webhook")} == {503}
    assert {fact["acknowledged_at"] for fact in of_kind(facts, "webhook")} == {None}


async def test_a_gateway_that_is_down_is_counted_as_failed(database: DatabaseSettings, tmp_path: Path) -> None:
    async with listening() as gateway:
        pass
    summary, _ = await sell(database, gateway, tmp_path / "ledger.jsonl", orders=1, groups=SALES)
    assert summary.failed == summary.deliveries > 0


async def test_the_seed_says_which_deliveries_are_dropped(database: DatabaseSettings, tmp_path: Path) -> None:
    async with listening() as gateway:
        summary, facts = await sell(database, gateway, tmp_path / "ledger.jsonl", drop=0.3)
    webhooks = [fact for fact in of_kind(facts, "webhook") if fact["topic"] != "ping"]
    dropped = [fact for fact in webhooks if fact["outcome"] == "dropped"]
    assert 0.15 < len(dropped) / len(webhooks) < 0.45
    assert len(gateway.events) == len(webhooks) - len(dropped) == summary.acknowledged - len(WEBHOOK_IDS)


async def test_the_database_tells_the_truth_that_the_ledger_told(database: DatabaseSettings, tmp_path: Path) -> None:
    before = set(read_truth(database))
    async with listening() as gateway:
        _, facts = await sell(database, gateway, tmp_path / "ledger.jsonl", orders=40)
    truth = {number: order for number, order in read_truth(database).items() if number not in before}
    last = {fact["id"]: fact for fact in of_kind(facts, "change") if fact["entity"] == "order"}
    assert {number: (order.status, f"{order.total:.2f}") for number, order in truth.items()} == {
        number: (fact["status"], fact["total"]) for number, fact in last.items() if number in truth
    }
    assert {number for number, fact in last.items() if fact["event_type"] != "order_deleted"} <= set(truth)
    assert all(order.lines and order.billing_country and order.shipping_country for order in truth.values())
    for number, order in truth.items():
        assert order.modified_at.isoformat() == last[number]["changed_at"]
    told = {json.loads(body)["id"]: json.loads(body) for headers, body in gateway.events
            if headers["X-WC-Webhook-Resource"] == "order" and headers["X-WC-Webhook-Event"] != "deleted"}  # fmt: skip
    for number, order in truth.items():
        body = told[number]
        lines = [
            (line["id"], line["product_id"], line["variation_id"], line["quantity"]) for line in body["line_items"]
        ]
        assert [(one.line_id, one.product_id, one.variation_id, one.quantity) for one in order.lines] == sorted(lines)
        assert f"{order.total_tax:.2f}" == body["total_tax"]
        assert sorted(f"-{one.total:.2f}" for one in order.refunds) == sorted(one["total"] for one in body["refunds"])


async def test_every_kind_of_change_is_made_and_told(database: DatabaseSettings, tmp_path: Path) -> None:
    async with listening() as gateway:
        _, facts = await sell(database, gateway, tmp_path / "ledger.jsonl", orders=40)
    kinds = Counter(fact["event_type"] for fact in of_kind(facts, "change"))
    assert {"order_placed", "order_status_changed", "order_refunded", "order_updated", "cart_updated", "cart_abandoned",
            "customer_created", "customer_updated", "customer_deleted", "product_created", "product_updated",
            "coupon_created", "coupon_updated", "coupon_deleted", "review_posted", "review_edited",
            } <= set(kinds)  # fmt: skip
    topics = {headers["X-WC-Webhook-Topic"] for headers, _ in gateway.events}
    assert {"customer.created", "customer.deleted", "product.created", "coupon.created", "coupon.deleted"} <= topics


async def test_an_older_shop_keeps_its_orders_in_posts_under_its_own_prefix(
    database: DatabaseSettings, tmp_path: Path
) -> None:
    older = replace(database, database="altshop", prefix="shop2_")
    create_schema(older)
    async with listening() as gateway:
        settings = RunSettings(
            older, gateway.url, SECRET, None, 0.0, tmp_path / "ledger.jsonl",
            order_storage=OrderStorage.POSTS, source_url="http://altshop.shop.test/",
        )  # fmt: skip
        await run(shop_plan(40, SEED), settings)
    facts = facts_of(tmp_path / "ledger.jsonl")
    last = {fact["id"]: fact for fact in of_kind(facts, "change") if fact["entity"] == "order"}
    truth = {number: order for number, order in read_truth(older, OrderStorage.POSTS).items() if number in last}
    assert {number: (order.status, f"{order.total:.2f}") for number, order in truth.items()} == {
        number: (fact["status"], fact["total"]) for number, fact in last.items() if number in truth
    }
    assert {number for number, fact in last.items() if fact["event_type"] != "order_deleted"} <= set(truth)
    assert {"completed", "processing", "refunded"} <= {order.status for order in truth.values()}
    assert any(order.refunds and order.status == "refunded" for order in truth.values())
    with older.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        assert {str(name) for (name,) in cursor.fetchall()} >= {prefixed(table, "shop2_") for table in Table}
        cursor.execute("SELECT COUNT(*) FROM shop2_wc_orders")
        assert cursor.fetchone() == (0,)
    assert {headers["X-WC-Webhook-Source"] for headers, _ in gateway.events} == {"http://altshop.shop.test/"}


async def test_dropped_webhooks_never_leave_while_rows_do(database: DatabaseSettings, tmp_path: Path) -> None:
    async with listening() as gateway:
        summary, facts = await sell(database, gateway, tmp_path / "ledger.jsonl", 2, 1.0, groups=SALES)
    assert gateway.events == []
    assert summary.dropped > 0
    assert of_kind(facts, "row")


async def test_recordings_reach_a_gateway_byte_by_byte() -> None:
    deliveries = list(recorded(FIXTURES / "webhooks.jsonl", None))
    async with listening() as gateway:
        summary = await replay(deliveries, gateway.url)
    assert (summary.sent, summary.pings, summary.answers) == (52, 7, {"200": 52})
    assert [body for _, body in gateway.received] == [delivery.body for delivery in deliveries]
    for (headers, _), delivery in zip(gateway.received, deliveries, strict=True):
        assert all(headers[name] == value for name, value in delivery.headers)


def test_the_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl"):
        pass
    assert (tmp_path / "ledger.jsonl").stat().st_mode & 0o777 == 0o600


async def test_a_refused_row_is_named_by_table_and_code_without_its_values(database: DatabaseSettings) -> None:
    taken = holdings(database).next_ids[Table.POSTS]
    row = placeholder(taken, 0, utc_now())
    async with Writers(database, 1) as writers:
        await writers.apply([row])
        with pytest.raises(ShopDatabaseError, match=r"wp_posts .*1062") as caught:
            await writers.apply([row])
    assert str(taken) not in str(caught.value)


def test_a_wrong_password_says_what_to_check(database: DatabaseSettings, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("wrong")
    settings = DatabaseSettings(database.host, database.port, "shop", wrong, "shop")
    with pytest.raises(ShopDatabaseError, match="password file"):
        create_schema(settings)


def test_the_shop_writes_under_wordpress_sql_mode(query: Query) -> None:
    assert query("SELECT @@sql_mode") == [("NO_ENGINE_SUBSTITUTION",)]
