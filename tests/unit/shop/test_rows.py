"""Rows have the columns of recorded change events, in WooCommerce's order of statements."""

from collections.abc import Callable
from datetime import UTC, datetime

from infra.local.shop.changes import PRIMARY_KEYS, Change, Ids, Insert, Stamp, Table, Update, statement
from infra.local.shop.model import OrderPath
from infra.local.shop.opening import Opening
from infra.local.shop.planned import OrderPlan, ShopPlan
from infra.local.shop.rows import cart, comments
from infra.local.shop.state import steps
from infra.local.shop.warehouse import INITIAL_STOCK
from tests.unit.shop.conftest import NOON, Played
from tests.unit.shop.samples import recorded_columns

Play = Callable[[OrderPlan], Played]


def _inserts(changes: list[Change]) -> list[Insert]:
    return [change for change in changes if isinstance(change, Insert)]


def test_every_inserted_row_has_exactly_the_recorded_columns(plan: ShopPlan, opened: Opening, play: Play) -> None:
    recorded = recorded_columns()
    stamp = Stamp(_fresh(), NOON)
    review = next(order.reviews[0] for order in plan.orders if order.reviews)
    changes = [*opened.changes, *(c for order in plan.orders for c in play(order).changes)]
    changes += comments.review(1, 0, plan.customers[0], review, stamp).changes
    changes.append(cart.session("1", 1, cart.Cart((), 1, plan.customers[0]), stamp))
    inserted = {insert.table: set(insert.row) for insert in _inserts(changes)}
    assert {table for table in Table if table not in inserted} == set()
    for table, columns in inserted.items():
        if table not in (Table.OPTIONS, Table.POST_META):
            assert columns == recorded[table], table


def _fresh() -> Ids:
    return Ids({})


def test_a_checkout_is_a_draft_with_the_address_before_it_is_an_order(plan: ShopPlan, play: Play) -> None:
    planned = next(order for order in plan.orders if order.path is OrderPath.COMPLETED)
    changes = play(planned).changes
    tables = [change.table for change in changes]
    order_insert = next(c for c in _inserts(changes) if c.table is Table.ORDERS)
    assert order_insert.row["status"] == "wc-checkout-draft"
    assert order_insert.row["billing_email"] == planned.customer.email
    assert tables.index(Table.POSTS) < tables.index(Table.ORDERS) < tables.index(Table.OPERATIONAL)
    assert tables.index(Table.OPERATIONAL) < tables.index(Table.ADDRESSES) < tables.index(Table.ORDER_META)
    statuses = [c.values["status"] for c in changes if isinstance(c, Update) and "status" in c.values]
    assert statuses == [f"wc-{name}" for name in steps(planned.path, planned.payment)]


def test_an_abandoned_checkout_stays_a_draft(plan: ShopPlan, play: Play) -> None:
    planned = next(order for order in plan.orders if order.path is OrderPath.ABANDONED)
    played = play(planned)
    assert played.states == []
    assert not [c for c in played.changes if isinstance(c, Update) and "status" in c.values]


def test_the_address_index_repeats_name_address_mail_and_phone(plan: ShopPlan, play: Play) -> None:
    planned = plan.orders[0]
    index = next(c for c in _inserts(play(planned).changes) if c.row.get("meta_key") == "_billing_address_index")
    customer = planned.customer
    for part in (customer.full_name, customer.address.street, customer.email, customer.phone):
        assert part in str(index.row["meta_value"])


def test_no_primary_key_is_used_twice(plan: ShopPlan, play: Play) -> None:

    seen: set[tuple[str, object]] = set()
    for planned in plan.orders:
        for insert in _inserts(play(planned).changes):
            if not insert.replace:
                key = (insert.table.value, insert.row[PRIMARY_KEYS[insert.table]])
                assert key not in seen
                seen.add(key)


def test_stock_is_taken_once_and_the_product_saved_after_it(plan: ShopPlan, play: Play) -> None:
    planned = next(order for order in plan.orders if order.path is OrderPath.COMPLETED)
    updates = [c for c in play(planned).changes if isinstance(c, Update)]
    taken = [index for index, c in enumerate(updates) if c.where.get("meta_key") == "_stock"]
    assert [updates[index].values for index in taken] == [
        {"meta_value": str(INITIAL_STOCK - line.quantity)} for line in planned.lines
    ]
    for index in taken:
        saved = updates[index + 1]
        assert (saved.table, saved.where["ID"]) == (Table.POSTS, updates[index].where["post_id"])
        assert str(saved.values["post_modified_gmt"]) == "2026-11-23 11:00:00"


def test_comments_hold_local_time_beside_utc() -> None:
    winter = Stamp(_fresh(), datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    note = comments.staff_note(1, "x", False, True, winter)
    row = _inserts(list(note.changes))[0].row
    assert str(row["comment_date"]) == "2026-11-23 12:00:00"
    assert str(row["comment_date_gmt"]) == "2026-11-23 11:00:00"


def test_values_never_stand_in_the_statement() -> None:
    sql, values = statement(Update(Table.ORDERS, {"id": 1}, {"customer_note": "'; DROP TABLE x"}))
    assert sql == "UPDATE `wp_wc_orders` SET `customer_note` = %s WHERE `id` = %s"
    assert values == ("'; DROP TABLE x", 1)
