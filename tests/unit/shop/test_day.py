"""A whole day: rows, payloads and the ledger tell one truth, whatever happened."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest

from infra.local.shop.changes import Table
from infra.local.shop.ledger import ChangeFact
from infra.local.shop.model import OrderPath
from infra.local.shop.money import cents
from infra.local.shop.plan import shop_plan
from infra.local.shop.planned import Bin, Group, PartRefund, Readdress, Requantify
from tests.unit.shop.stage import Stage, numbers, played

EVENTS = {
    "order_placed", "order_updated", "order_status_changed", "order_refunded", "order_deleted", "order_note_added",
    "review_posted", "review_edited", "review_deleted", "customer_created", "customer_updated", "customer_deleted",
    "product_created", "product_updated", "product_deleted", "coupon_created", "coupon_updated", "coupon_deleted",
    "cart_updated", "cart_recovered", "option_changed",
}  # fmt: skip


@pytest.fixture(scope="module")
def day() -> Stage:
    """Enough orders that everything happens; what is rare is made to happen."""
    plan = shop_plan(150, 7)
    quiet = [index for index, order in enumerate(plan.orders) if order.path is OrderPath.COMPLETED and not order.acts]
    orders = list(plan.orders)
    for index, fate in zip(quiet, Bin, strict=False):
        orders[index] = replace(orders[index], acts=(fate,))
    return played(replace(plan, orders=tuple(orders)))


def changes(day: Stage, entity: str) -> dict[int, list[ChangeFact]]:
    found: dict[int, list[ChangeFact]] = defaultdict(list)
    for fact in day.ledger.facts:
        if isinstance(fact, ChangeFact) and fact.entity == entity:
            found[fact.id].append(fact)
    return found


def test_everything_happens(day: Stage) -> None:
    assert {fact.event_type for fact in day.ledger.facts if isinstance(fact, ChangeFact)} == EVENTS
    acts = {act if isinstance(act, Bin) else type(act) for order in day.plan.orders for act in order.acts}
    assert acts == {*Bin, PartRefund, Readdress, Requantify}


def test_every_update_finds_its_row(day: Stage) -> None:
    assert day.tables.untouched == []


def test_the_last_payload_of_an_order_is_what_its_rows_say(day: Stage) -> None:
    compared = 0
    for order_id, body in day.last("order.").items():
        rows = day.tables.of(Table.ORDERS, id=order_id)
        if not rows or len(body) == 1:
            continue
        compared += 1
        row, (extra,) = rows[0], day.tables.of(Table.OPERATIONAL, order_id=order_id)
        assert (row["status"], cents(Decimal(str(row["total_amount"])))) == (
            f"wc-{body['status']}",
            Decimal(body["total"]),
        )
        assert str(row["date_updated_gmt"]).replace(" ", "T") == body["date_modified_gmt"]
        assert f"{row['tax_amount']:.2f}" == body["cart_tax"]
        assert f"{extra['discount_total_amount']:.2f}" == body["discount_total"]
        (shipping,) = day.tables.of(Table.ADDRESSES, order_id=order_id, address_type="shipping")
        assert shipping["address_1"] == body["shipping"]["address_1"]
        assert str(shipping["city"]) in day.tables.meta(Table.ORDER_META, order_id=order_id)["_shipping_address_index"]
    assert compared > 120


def test_the_lines_of_the_last_payload_are_what_the_items_say(day: Stage) -> None:
    kinds = {"line_item": "line_items", "fee": "fee_lines", "coupon": "coupon_lines", "tax": "tax_lines"}
    for order_id, body in day.last("order.").items():
        items = day.tables.of(Table.ITEMS, order_id=order_id)
        if not items or len(body) == 1:
            continue
        for kind, name in kinds.items():
            there = list(numbers([item for item in items if item["order_item_type"] == kind], "order_item_id"))
            assert there == sorted(line["id"] for line in body[name])
        for line in body["line_items"]:
            meta = day.tables.meta(Table.ITEM_META, order_item_id=line["id"])
            assert int(meta["_qty"]) == line["quantity"] == int(meta.get("_reduced_stock", meta["_qty"]))
            assert f"{cents(Decimal(meta['_line_total'])):.2f}" == line["total"]
            assert f"{cents(Decimal(meta['_line_subtotal'])):.2f}" == line["subtotal"]
        for tax in body["tax_lines"]:
            meta = day.tables.meta(Table.ITEM_META, order_item_id=tax["id"])
            assert Decimal(meta["tax_amount"]) == Decimal(tax["tax_total"]) == Decimal(body["cart_tax"])
        for coupon in body["coupon_lines"]:
            meta = day.tables.meta(Table.ITEM_META, order_item_id=coupon["id"])
            assert Decimal(meta["discount_amount"]) == Decimal(coupon["discount"]) == Decimal(body["discount_total"])


def test_refunds_are_orders_of_their_own_and_stand_in_the_payload(day: Stage) -> None:
    parts = 0
    for order_id, body in day.last("order.").items():
        given = day.tables.of(Table.ORDERS, parent_order_id=order_id)
        if len(body) == 1 or not day.tables.of(Table.ORDERS, id=order_id):
            continue
        assert sorted((one["id"], f"{one['total_amount']:.2f}") for one in given) == sorted(
            (one["id"], one["total"]) for one in body["refunds"]
        )
        for one in given:
            meta = day.tables.meta(Table.ORDER_META, order_id=one["id"])
            assert Decimal(meta["_refund_amount"]) == -Decimal(str(one["total_amount"]))
            if meta["_refund_type"] == "partial":
                parts += 1
                assert body["status"] in {"processing", "completed"}
                (line,) = day.tables.of(Table.ITEMS, order_id=one["id"], order_item_type="line_item")
                assert day.tables.meta(Table.ITEM_META, order_item_id=line["order_item_id"])["_qty"] == "-1"
    assert parts > 2


def test_the_ledger_ends_every_order_where_the_database_does(day: Stage) -> None:
    for order_id, told in changes(day, "order").items():
        rows, last = day.tables.of(Table.ORDERS, id=order_id), told[-1]
        assert told[0].event_type == "order_placed"
        assert [fact.event_type for fact in told].count("order_placed") == 1
        assert [fact.changed_at for fact in told] == sorted(fact.changed_at for fact in told)
        if rows:
            assert (str(rows[0]["status"]).removeprefix("wc-"), f"{rows[0]['total_amount']:.2f}") == (
                last.status,
                last.total,
            )
            assert str(rows[0]["date_updated_gmt"]) == f"{last.changed_at:%Y-%m-%d %H:%M:%S}"
        else:
            assert last.event_type == "order_deleted"
    placed = [row for row in day.tables.of(Table.ORDERS, type="shop_order") if row["status"] != "wc-checkout-draft"]
    assert {row["id"] for row in placed} <= set(changes(day, "order"))


def test_an_erased_order_leaves_no_row_behind(day: Stage) -> None:
    gone = [number for number in changes(day, "order") if not day.tables.of(Table.ORDERS, id=number)]
    assert gone
    for number in gone:
        for table in (Table.ADDRESSES, Table.OPERATIONAL, Table.ORDER_META, Table.ITEMS):
            assert day.tables.of(table, order_id=number) == []
        assert day.tables.of(Table.COMMENTS, comment_post_ID=number) == []
    items = {row["order_item_id"] for row in day.tables.of(Table.ITEMS)}
    assert {row["order_item_id"] for row in day.tables.of(Table.ITEM_META)} <= items


def test_a_deletion_is_told_by_its_id_alone(day: Stage) -> None:
    for topic in ("order.deleted", "product.deleted", "customer.deleted", "coupon.deleted"):
        assert day.bodies(topic), topic
        assert all(list(body) == ["id"] for body in day.bodies(topic))


def test_goods_are_what_their_last_payload_says(day: Stage) -> None:
    compared = 0
    for number, body in day.last("product.").items():
        rows = day.tables.of(Table.POSTS, ID=number)
        if not rows or len(body) == 1:
            continue
        compared += 1
        meta = day.tables.meta(Table.POST_META, post_id=number)
        assert (meta["_stock"], Decimal(meta["_price"])) == (str(body["stock_quantity"]), Decimal(body["price"]))
        assert (rows[0]["post_title"], rows[0]["post_status"]) == (body["name"], body["status"])
        assert str(rows[0]["post_modified_gmt"]).replace(" ", "T") == body["date_modified_gmt"]
    assert compared > 20


def test_customers_are_what_their_last_payload_says(day: Stage) -> None:
    compared = 0
    for number, body in day.last("customer.").items():
        meta = day.tables.meta(Table.USER_META, user_id=number)
        if not meta or len(body) == 1:
            assert day.tables.of(Table.USERS, ID=number) == []
            continue
        compared += 1
        for kind in ("billing", "shipping"):
            for part in ("first_name", "address_1", "city", "postcode", "country", "state", "phone"):
                assert meta[f"{kind}_{part}"] == body[kind][part]
        assert (meta.get("paying_customer") == "1") is body["is_paying_customer"]
        told = changes(day, "customer")[number][-1]
        assert meta["last_update"] == str(int(told.changed_at.timestamp()))
        assert f"{told.changed_at:%Y-%m-%dT%H:%M:%S}" == body["date_modified_gmt"]
    assert compared > 20


def test_coupons_count_their_use(day: Stage) -> None:
    used = 0
    for row in day.tables.of(Table.POSTS, post_type="shop_coupon"):
        meta = day.tables.of(Table.POST_META, post_id=row["ID"])
        count = next(int(str(one["meta_value"])) for one in meta if one["meta_key"] == "usage_count")
        assert sum(one["meta_key"] == "_used_by" for one in meta) == count
        used += count
    assert used > 5


def test_reviews_end_as_the_ledger_says(day: Stage) -> None:
    shown = {"1": "approved", "0": "hold", "trash": "trash"}
    for number, told in changes(day, "review").items():
        rows = day.tables.of(Table.COMMENTS, comment_ID=number)
        assert told[0].event_type == "review_posted"
        assert told[-1].status == (shown[str(rows[0]["comment_approved"])] if rows else "trash")


def test_no_two_states_of_one_entity_bear_the_same_date_unless_they_differ(day: Stage) -> None:
    seen = [
        (fact.entity, fact.id, fact.changed_at, fact.status, fact.event_type)
        for fact in day.ledger.facts
        if isinstance(fact, ChangeFact) and fact.entity in {"order", "customer", "coupon"}
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("group", Group)
def test_a_group_that_is_left_out_changes_nothing_that_is_sold(group: Group) -> None:
    full, less = shop_plan(80, 7), shop_plan(80, 7, groups=frozenset(Group) - {group})
    assert [(one.customer, one.lines, one.path) for one in full.orders] == [
        (one.customer, one.lines, one.path) for one in less.orders
    ]
    assert full != less


def test_nothing_but_sales_happens_without_any_group() -> None:
    day = played(shop_plan(30, 7, groups=frozenset()))
    assert not any(order.acts or order.fee or order.coupon for order in day.plan.orders)
    assert {one.topic for one in day.listener.deliveries} == {
        "order.created", "order.updated", "customer.updated", "product.updated"
    }  # fmt: skip
