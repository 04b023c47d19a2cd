"""A shop that keeps its orders in wp_posts holds the same orders."""

from decimal import Decimal

import pytest

from infra.local.shop.changes import Insert, Table, Update, statement
from infra.local.shop.plan import shop_plan
from infra.local.shop.site import Installation, OrderStorage
from tests.unit.shop.stage import Stage, played


@pytest.fixture(scope="module")
def older() -> Stage:
    """A day in an older shop."""
    return played(shop_plan(60, 11), Installation("shop2_", OrderStorage.POSTS))


def test_no_row_stands_in_the_order_tables(older: Stage) -> None:
    for table in (Table.ORDERS, Table.ADDRESSES, Table.OPERATIONAL, Table.ORDER_META):
        assert older.tables.of(table) == []
    assert older.tables.of(Table.POSTS, post_type="shop_order_placehold") == []
    assert older.tables.untouched == []


def test_an_orders_post_and_meta_are_what_its_last_payload_says(older: Stage) -> None:
    compared = 0
    for number, body in older.last("order.").items():
        posts = older.tables.of(Table.POSTS, ID=number)
        if not posts or len(body) == 1:
            continue
        compared += 1
        meta = older.tables.meta(Table.POST_META, post_id=number)
        assert posts[0]["post_status"] == f"wc-{body['status']}"
        assert posts[0]["post_excerpt"] == body["customer_note"]
        assert str(posts[0]["post_modified_gmt"]).replace(" ", "T") == body["date_modified_gmt"]
        assert (meta["_order_total"], meta["_order_key"]) == (body["total"], body["order_key"])
        assert (meta["_cart_discount"], meta["_payment_method"]) == (body["discount_total"], body["payment_method"])
        for kind in ("billing", "shipping"):
            parts = ("first_name", "company", "address_1", "city", "state", "postcode", "country", "phone")
            assert {part: meta[f"_{kind}_{part}"] for part in parts} == {part: body[kind][part] for part in parts}
        assert ("_date_paid" in meta) is (body["date_paid_gmt"] is not None)
        assert "_shipping_email" not in meta
    assert compared > 50


def test_a_refund_is_a_post_below_its_order(older: Stage) -> None:
    refunds = older.tables.of(Table.POSTS, post_type="shop_order_refund")
    assert refunds
    for refund in refunds:
        meta = older.tables.meta(Table.POST_META, post_id=refund["ID"])
        assert Decimal(meta["_order_total"]) == -Decimal(meta["_refund_amount"])
        (order,) = older.tables.of(Table.POSTS, ID=refund["post_parent"])
        assert order["post_type"] == "shop_order"


def test_the_prefix_stands_before_tables_and_roles(older: Stage) -> None:
    number = older.tables.of(Table.USERS)[0]["ID"]
    assert {"shop2_capabilities", "shop2_user_level"} <= older.tables.meta(Table.USER_META, user_id=number).keys()
    sql, _ = statement(Update(Table.ITEMS, {"order_id": 1}, {"order_id": 2}), "shop2_")
    assert sql.startswith("UPDATE `shop2_woocommerce_order_items` ")
    assert "`shop2_options`" in statement(Insert(Table.OPTIONS, {"option_id": 1}), "shop2_")[0]
