"""An order that comes in rows is the order that its webhook tells: once, with its lines, in every version."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Literal

import orjson
import pytest

from infra.local.shop.changes import Delete, Ids, Stamp, Table
from infra.local.shop.payload.order import order_payload
from infra.local.shop.plan import shop_plan
from infra.local.shop.rows import edits
from infra.local.shop.state import OrderState
from streams.sources import entities
from streams.sources.assembly import order as assembled
from streams.sources.debezium import Change
from streams.sources.fields import Json
from streams.sources.lineage import Lineage
from streams.sources.versions.aggregate import Aggregate
from streams.sources.versions.kept_parts import Place
from tests.unit.sources.gathered_shop import START, GatheredShop
from tests.unit.sources.orders import NOON, Step, large_order, played
from tests.unit.sources.shop_changes import AT, Binlog

LINEAGE = Lineage("demo", "webhook", "woo.deliveries", 0, 0, START)


@pytest.fixture(scope="module")
def orders() -> list[list[Step]]:
    """Forty orders of the generated shop."""
    return [steps for _, steps in played(shop_plan(40, 11))]


def _versions(orders: list[list[Step]]) -> set[str]:
    payloads = [step.payload for steps in orders for step in steps if step.payload]
    return {entities.order(payload, LINEAGE)["event_id"] for payload in payloads}


def _ids(shop: GatheredShop) -> list[str]:
    return [event["event_id"] for event in shop.events]


def test_each_version_is_told_once_as_its_webhook_tells_it(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    for steps in orders:
        for step in steps:
            shop.rows(binlog.of(step.changes))
            shop.wait(2)
    assert sorted(_ids(shop)) == sorted(_versions(orders))


def test_changes_that_follow_each_other_at_once_are_told_each(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    for steps in orders:
        shop.rows(change for step in steps for change in binlog.of(step.changes))
    shop.wait(2)
    assert sorted(_ids(shop)) == sorted(_versions(orders))


def test_versions_wait_for_lines_that_are_still_on_their_way(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(hold_parts=True), Binlog()
    for steps in orders:
        shop.rows(change for step in steps for change in binlog.of(step.changes))
    shop.wait(3)
    assert not shop.events
    shop.bring()
    shop.wait(2)
    assert sorted(_ids(shop)) == sorted(_versions(orders))


def test_what_waited_for_its_lines_says_what_was_true_then(orders: list[list[Step]]) -> None:
    found: list[dict[str, object]] = []
    for hold in (False, True):
        shop, binlog = GatheredShop(hold_parts=hold), Binlog()
        for steps in orders:
            shop.rows(change for step in steps for change in binlog.of(step.changes))
        shop.bring()
        shop.wait(2)
        found.append({event["event_id"]: event["order"] for event in shop.events})
    at_once, waited = found
    assert waited == at_once


def _assembled(steps: list[Step]) -> Iterator[tuple[Json, Json]]:
    """Each payload of an order: as told by webhook, and as assembled from the rows up to then."""
    shop, binlog = GatheredShop(), Binlog()
    for step in steps:
        shop.rows(binlog.of(step.changes))
        if step.payload:
            number = step.payload["id"]
            aggregate = Aggregate(shop.pace, shop.kept[f"demo/post/{number}"]["aggregate"])
            payload = assembled.payload(aggregate.rows, aggregate.parts.at(Place("")))
            assert payload is not None
            yield step.payload, payload


def test_the_assembled_order_is_the_webhooks_field_by_field(orders: list[list[Step]]) -> None:
    compared: set[str] = set()
    for told, built in (pair for steps in orders for pair in _assembled(steps)):
        for name in built.keys() & told.keys():
            if name in ("line_items", "fee_lines"):
                assert all(_shared(line, other) for line, other in zip(built[name], told[name], strict=True))
            else:
                assert built[name] == told[name], name
            compared.add(name)
    assert len(compared) >= 33, sorted(compared)


def _shared(built: Json, told: Json) -> bool:
    for name in built:
        assert built[name] == told[name], name
    return True


def test_the_kind_of_change_follows_from_what_was_told(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    for steps in orders:
        shop.rows(change for step in steps for change in binlog.of(step.changes))
    shop.wait(2)
    by_order: dict[int, list[str]] = {}
    for event in shop.events:
        by_order.setdefault(event["entity_id"], []).append(event["event_type"])
    assert all(kinds[0] == "order_placed" for kinds in by_order.values())
    later = {kind for kinds in by_order.values() for kind in kinds[1:]}
    assert later == {"order_status_changed", "order_refunded"}


@pytest.mark.parametrize("first", ["webhook", "cdc"])
def test_what_came_by_the_other_route_is_recognised(orders: list[list[Step]], first: str) -> None:
    shop, binlog = GatheredShop(), Binlog()
    for steps in orders:
        for step in steps:
            changes = list(binlog.of(step.changes))
            if first == "webhook" and step.payload:
                shop.webhook(step.payload)
            shop.rows(changes)
            shop.wait(2)
            if first == "cdc" and step.payload:
                shop.webhook(step.payload)
    assert sorted(_ids(shop)) == sorted(_versions(orders))
    assert {event["route"] for event in shop.events} == {first}
    assert {one.first for one in shop.told if one.event is None and one.first} >= {first}


def test_rows_that_come_again_or_late_tell_nothing_new(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    rows = [change for steps in orders for step in steps for change in binlog.of(step.changes)]
    shop.rows(rows)
    shop.wait(2)
    before = _ids(shop)
    shop.rows(rows)
    shop.rows(reversed(rows))
    shop.wait(40)
    assert _ids(shop) == before


@pytest.mark.parametrize("seed", range(5))
def test_the_rows_of_a_save_may_come_in_any_order(orders: list[list[Step]], seed: int) -> None:
    shop, binlog, random = GatheredShop(), Binlog(), Random(seed)
    for steps in orders:
        for step in steps:
            rows = list(binlog.of(step.changes))
            random.shuffle(rows)
            shop.rows(rows)
            shop.wait(2)
    assert sorted(_ids(shop)) == sorted(_versions(orders))


def test_a_draft_is_no_order(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    for steps in orders:
        shop.rows(binlog.of(steps[0].changes))
    shop.wait(60)
    assert not shop.events
    assert not shop.recalled


def test_what_lacks_rows_is_asked_for_once_and_then_said_to_be_broken(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    steps = next(steps for steps in orders if len(steps) > 2)
    early = list(binlog.of(change for step in steps[:-1] for change in step.changes))
    late = list(binlog.of(steps[-1].changes))
    shop.rows(late)
    shop.wait(31)
    assert shop.recalled == ["order"]
    assert not shop.broken
    shop.wait(31)
    assert len(shop.recalled) == 1
    (broken,) = shop.broken
    assert "wc_order_addresses" in broken.rule
    shop.rows(early)
    shop.wait(2)
    assert steps[-1].payload
    assert entities.order(steps[-1].payload, LINEAGE)["event_id"] in _ids(shop)


def test_what_does_not_change_is_forgotten(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    for steps in orders:
        shop.rows(change for step in steps for change in binlog.of(step.changes))
    shop.wait(8 * 86_400)
    assert not shop.kept


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_an_erased_order_that_come_again_tell_nothing_and_are_not_waited_for(seed: int) -> None:
    shop, binlog, drawn = GatheredShop(), Binlog(), Random(seed)
    rows: list[Change] = []
    for order, steps in played(shop_plan(8, seed)):
        rows += [change for step in steps for change in binlog.of(step.changes)]
        rows += binlog.of(edits.erased(order, OrderState("completed", NOON)))
    shop.rows(rows)
    shop.wait(3)
    before = _ids(shop)
    assert before
    for row in drawn.sample(rows, 60):
        shop.rows([row])
        shop.wait(2)
    shop.wait(120)
    assert (_ids(shop), shop.recalled, shop.broken) == (before, [], [])


@pytest.mark.parametrize("gap", [0, 0.5, 1.5])
def test_a_quantity_that_staff_change_is_told_once_however_long_the_save_takes(gap: float) -> None:
    edited = 0
    for order, steps in played(shop_plan(30, 2)):
        if len(steps) < 2 or (order.coupon and gap > 1):
            continue  # a discount's row comes after the order's own, and nothing says that it is still to come
        shop, binlog, ids = GatheredShop(), Binlog(), Ids(dict.fromkeys(Table, 100_000))
        for step in steps[:2]:
            shop.rows(binlog.of(step.changes))
            shop.wait(2)
        before, now = len(shop.events), NOON + timedelta(minutes=1)
        after = order.requantified(0, order.lines[0].quantity + 1)
        for change in edits.requantified(after, after.lines[0], [], Stamp(ids, now)):
            shop.rows(binlog.of([change]))
            shop.wait(gap)
        shop.wait(60)
        payload = order_payload(after, OrderState("pending", now))
        assert _ids(shop)[before:] == [entities.order(payload, LINEAGE)["event_id"]]
        edited += 1
    assert edited > 20


@pytest.mark.parametrize("seed", range(4))
def test_an_edit_right_after_a_change_that_a_webhook_told_leaves_that_change_as_it_was(seed: int) -> None:
    drawn, edited = Random(seed), 0
    for order, steps in played(shop_plan(15, seed)):
        if len(steps) < 2 or order.coupon:
            continue
        shop, binlog, ids = GatheredShop(hold_parts=True), Binlog(), Ids(dict.fromkeys(Table, 100_000))
        for step in steps[:2]:
            shop.rows(binlog.of(step.changes))
            shop.bring()
        placed, now = steps[1].payload, NOON + timedelta(minutes=1)
        assert placed is not None
        shop.webhook(placed)
        after = order.requantified(0, order.lines[0].quantity + 1)
        for change in edits.requantified(after, after.lines[0], [], Stamp(ids, now)):
            shop.rows(binlog.of([change]))
            if drawn.random() < 0.3:
                shop.bring()
        shop.bring()
        shop.wait(90)
        payloads = (placed, order_payload(after, OrderState("pending", now)))
        assert _ids(shop) == [entities.order(payload, LINEAGE)["event_id"] for payload in payloads]
        edited += 1
    assert edited > 5


def test_an_order_of_ten_thousand_lines_is_assembled_and_its_state_fits_into_a_record() -> None:
    shop = GatheredShop()
    shop.rows(large_order(10_000))
    shop.wait(2)
    (event,) = shop.events
    assert event["order"] is not None
    assert len(event["order"]["line_items"]) == 10_000
    assert len(orjson.dumps(shop.kept["demo/post/7"])) < 4_000_000


def test_an_order_that_is_erased_at_once_is_told_before_its_end(orders: list[list[Step]]) -> None:
    shop, binlog = GatheredShop(), Binlog()
    steps = next(steps for steps in orders if len(steps) > 2)
    shop.rows(change for step in steps for change in binlog.of(step.changes))
    assert steps[-1].payload
    number = int(str(steps[-1].payload["id"]))
    tables = (Table.ADDRESSES, Table.OPERATIONAL, Table.ORDER_META)
    erased = [*(Delete(table, {"order_id": number}) for table in tables), Delete(Table.ORDERS, {"id": number})]
    shop.rows(binlog.of(erased))
    shop.wait(2)
    last = entities.order(steps[-1].payload, LINEAGE)["event_id"]
    assert shop.events[-2]["event_id"] == last
    assert shop.events[-1]["event_type"] == "order_deleted"


def test_a_refund_that_is_deleted_row_by_row_is_not_waited_for() -> None:
    header = {"id": 73, "status": "wc-completed", "type": "shop_order_refund", "parent_order_id": 72}
    rows: list[tuple[str, Json]] = [
        ("wc_orders", header),
        ("wc_order_operational_data", {"id": 39, "order_id": 73}),
        ("wc_orders_meta", {"id": 304, "order_id": 73, "meta_key": "_refund_amount", "meta_value": "12.00"}),
        ("wc_orders_meta", {"id": 306, "order_id": 73, "meta_key": "_refunded_payment", "meta_value": ""}),
    ]
    operations: tuple[Literal["c", "d"], ...] = ("c", "d")
    changes = [
        Change("demo", table, op, row if op == "d" else {}, row if op == "c" else {}, f"binlog.000001:{at:020d}:0", AT)
        for at, (op, (table, row)) in enumerate([(op, one) for op in operations for one in rows])
    ]
    shop = GatheredShop()
    shop.rows(changes)
    shop.wait(600)
    assert not shop.recalled
    assert not shop.broken
