"""Every change of the shop, once, whichever way it came: a third of the deliveries is lost on the way."""

import json
import time
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from infra.local.settings import HOST
from infra.local.shop.database import DatabaseSettings
from infra.local.shop.site import OrderStorage
from infra.local.shop.truth import OrderTruth, read_truth
from tests.platform.commands import inland
from tests.platform.conftest import CART_ABANDONED_S
from tests.platform.trade import Trade, happened, landed

PATIENCE_S = 120.0
ORDERS = 60
_NEWEST = """
SELECT entity_id, argMax(event_type, _offset), argMax(tuple(
    order_status, order_currency, order_total, order_total_tax, order_shipping_total, order_discount_total,
    order_payment_method, order_billing_country, order_shipping_country,
    line_ids, product_ids, variation_ids, quantities, line_totals, refund_ids, refund_totals
), _offset)
FROM commerce_events WHERE shop_id = {shop:String} AND entity = 'order' AND NOT late
GROUP BY entity_id
"""
_TWICE = "SELECT event_id, count() FROM commerce_events WHERE shop_id = {shop:String} GROUP BY 1 HAVING count() > 1"


class Played:
    """A shop's trade, played and landed."""

    def __init__(self, platform: Platform, shop: str, ledger: Path, *options: str) -> None:
        self.platform, self.shop, self.ledger = platform, shop, ledger
        url = f"http://{HOST}:{platform.settings.gateway_port}/webhooks/{shop}"
        secret = platform.layout.secrets / f"webhook-{shop}"
        self.since = datetime.now(UTC).replace(microsecond=0)
        done = inland(
            platform, "shop", "run", "--orders", str(ORDERS), "--rate", "6/s", "--webhook-url", url,
            "--secret-file", str(secret), "--ledger", str(ledger), "--json", *options,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.summary: dict[str, Any] = json.loads(done.stdout)
        self.told = happened(ledger)
        self.found: Trade | None = None

    def settled(self, client: Client) -> Trade:
        """What has landed, when nothing is missing any more, or nobody waits any longer; waited for once."""
        if self.found is None:
            self.found = self._settled(client)
        return self.found

    def _settled(self, client: Client) -> Trade:
        ends = time.monotonic() + PATIENCE_S
        ids = frozenset((fact[0], fact[1]) for fact in self.told.changes)
        while True:
            found = landed(client, self.shop, self.since, ids)
            if not self.told.missing(found) or time.monotonic() > ends:
                return found
            time.sleep(0.5)


@pytest.fixture(scope="module")
def trade(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Sixty orders and all that goes with them; three deliveries of ten never sent."""
    ledger = tmp_path_factory.mktemp("trade") / "ledger.jsonl"
    away = str(CART_ABANDONED_S * 2)
    return Played(platform, "demo", ledger, "--drop", "0.3", "--seed", "31", "--absence", away)


@pytest.fixture(scope="module")
def found(trade: Played, analyst: Client) -> Trade:
    return trade.settled(analyst)


def test_a_third_of_the_deliveries_is_lost_and_both_routes_tell_what_the_other_does_not(
    trade: Played, found: Trade
) -> None:
    assert trade.summary["dropped"] > 0.2 * trade.summary["deliveries"]
    assert trade.summary["acknowledged"] == trade.summary["deliveries"] - trade.summary["dropped"]
    for entity in ("order", "product", "customer"):
        assert set(found.routes[entity]) == {"webhook", "cdc"}, entity


@pytest.mark.parametrize("entity", ["order", "order_note", "review", "customer", "product", "coupon", "cart", "option"])
def test_every_change_has_landed_and_none_is_told_twice(trade: Played, found: Trade, entity: str) -> None:
    told, seen = trade.told.of(entity), found.of(entity)
    assert told, "a check over nothing proves nothing"
    assert told - seen == Counter(), f"lost: {told - seen}"
    beyond = Counter({fact: number for fact, number in (seen - told).items() if fact[2] != "cart_abandoned"})
    assert beyond == Counter(), f"told beyond what happened: {beyond}"


def test_no_identity_stands_twice(trade: Played, found: Trade, analyst: Client) -> None:
    assert found.changes
    assert analyst.query(_TWICE, {"shop": trade.shop}).result_rows == []


def test_each_order_is_in_the_end_what_the_database_says(trade: Played, found: Trade, analyst: Client) -> None:
    assert found.changes
    _same_as_the_database(trade, analyst, read_truth(_database(trade.platform)))


def _same_as_the_database(trade: Played, analyst: Client, truth: dict[int, OrderTruth]) -> None:
    newest = {number: (kind, state) for number, kind, state in analyst.query(_NEWEST, {"shop": trade.shop}).result_rows}
    orders = [order for order in truth.values() if order.modified_at >= trade.since]
    assert len(orders) >= ORDERS * 0.8
    for order in orders:
        kind, state = newest[order.id]
        if order.status == "trash":
            assert kind == "order_deleted", order.id
        else:
            assert _comparable(state) == _expected(order), order.id


def _comparable(state: Any) -> tuple[Any, ...]:
    *texts, lines, products, variations, pieces, totals, refunds, refunded = state
    return (
        *(_cents(one) if isinstance(one, Decimal) else one for one in texts),
        [*zip(lines, products, variations, pieces, map(_cents, totals), strict=True)],
        [*zip(refunds, map(_cents, refunded), strict=True)],
    )


def _expected(order: OrderTruth) -> tuple[Any, ...]:
    amounts = (order.total, order.total_tax, order.shipping_total, order.discount_total)
    return (
        order.status,
        order.currency,
        *map(_cents, amounts),
        order.payment_method,
        order.billing_country,
        order.shipping_country,
        [(one.line_id, one.product_id, one.variation_id, one.quantity, _cents(one.total)) for one in order.lines],
        [(one.refund_id, _cents(one.total)) for one in order.refunds],
    )


def _cents(amount: Decimal) -> Decimal:
    return (amount + Decimal("0.000001")).quantize(Decimal("0.01"))


def _database(platform: Platform, prefix: str = "wp_") -> DatabaseSettings:
    password = platform.layout.secrets / "mariadb-shop"
    return DatabaseSettings(HOST, platform.settings.mariadb_port, "shop", password, "shop", prefix)


@pytest.fixture(scope="module")
def old(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A shop that keeps its orders as posts, under a table prefix of its own, captured by a connector of its own."""
    folder = tmp_path_factory.mktemp("old")
    tables = ("--table-prefix", "oude_")
    assert inland(platform, "shop", "schema", *tables).returncode == 0
    connectors = yaml.safe_load(platform.layout.connectors_file.read_text(encoding="utf-8"))
    own = {"shop": "oudewinkel", "table_prefix": "oude_", "server_id": 5402, "order_storage": "legacy"}
    connectors["connectors"].append({**connectors["connectors"][0], **own})
    platform.layout.connectors_file.write_text(yaml.safe_dump(connectors), encoding="utf-8")
    applied = inland(platform, "connect", "apply")
    assert applied.returncode == 0, applied.stderr
    return Played(
        platform, "oudewinkel", folder / "ledger.jsonl", "--drop", "0.3", "--seed", "32", "--order-storage", "posts",
        *tables, "--without", "carts",
    )  # fmt: skip


@pytest.mark.parametrize("entity", ["order", "order_note", "product"])
def test_an_older_shop_is_told_alike(old: Played, analyst: Client, entity: str) -> None:
    seen = old.settled(analyst)
    assert old.told.of(entity) - seen.of(entity) == Counter()
    assert seen.of(entity) - old.told.of(entity) == Counter()


def test_each_order_of_an_older_shop_is_what_its_database_says(old: Played, analyst: Client) -> None:
    old.settled(analyst)
    truth = read_truth(_database(old.platform, "oude_"), OrderStorage.POSTS)
    _same_as_the_database(old, analyst, truth)
