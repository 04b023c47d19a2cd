"""Orders of the generated shop, played step by step: the rows of each step, and the state that a webhook would tell."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from infra.local.shop.changes import Change, Ids, Stamp, Table
from infra.local.shop.holdings import Holdings
from infra.local.shop.opening import opening
from infra.local.shop.order import PlacedOrder, place
from infra.local.shop.payload.order import order_payload
from infra.local.shop.payload.parts import JsonObject
from infra.local.shop.planned import OrderPlan, ShopPlan
from infra.local.shop.rows import checkout, status
from infra.local.shop.state import OrderState, advance, steps
from streams.clock import to_ms
from streams.sources.debezium import Change as RowChange

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """The rows of one save, and the order's webhook payload then; None while it is a draft."""

    changes: list[Change] = field(repr=False)
    payload: JsonObject | None = field(repr=False)


def played(plan: ShopPlan, apart: timedelta = timedelta(seconds=7)) -> Iterator[tuple[PlacedOrder, list[Step]]]:
    """Every order of the plan with its steps, `apart` from one another."""
    ids = Ids({})
    opened = opening(plan.catalogue, plan.customers, Holdings(dict.fromkeys(Table, 1)), Stamp(ids, NOON))
    for planned in plan.orders:
        account = opened.accounts.get(planned.customer.email)
        order = place(planned, account.user_id if account else 0, opened.goods, Stamp(ids, NOON))
        yield order, list(_steps(order, planned, ids, opened.warehouse, apart))


def _steps(order: PlacedOrder, planned: OrderPlan, ids: Ids, warehouse: object, apart: timedelta) -> Iterator[Step]:
    yield Step(checkout.draft(order, ids), None)
    statuses = steps(planned.path, planned.payment)
    if not statuses:
        return
    now = NOON + apart
    state = OrderState("pending", now)
    yield Step(checkout.submit(order, Stamp(ids, now)), order_payload(order, state))
    for name in statuses[1:]:
        now += apart
        new = advance(order, state, name, now)
        taken = new.stock_reduced and not state.stock_reduced
        moves = warehouse.take(order.lines, now) if taken else []  # type: ignore[attr-defined]
        yield Step(status.change(order, state, new, moves, ids), order_payload(order, new))
        state = new


def large_order(lines: int) -> Iterator[RowChange]:
    """Rows of order 7 with so many lines of one euro each."""
    places = count(1)

    def row(table: str, **columns: object) -> RowChange:
        position = f"binlog.000001:{next(places):020d}:000000"
        return RowChange("demo", table, "c", {}, columns, position, NOON)

    at = to_ms(NOON)
    header = {"status": "wc-processing", "type": "shop_order", "total_amount": str(lines), "tax_amount": "0"}
    yield row("wc_orders", id=7, currency="EUR", date_created_gmt=at, date_updated_gmt=at, **header)
    yield row("wc_order_operational_data", id=1, order_id=7, shipping_total_amount="0", shipping_tax_amount="0")
    yield row("wc_order_addresses", id=1, order_id=7, address_type="billing", country="NL")
    meta = {"_product_id": "1", "_variation_id": "0", "_qty": "1", "_line_subtotal": "1", "_line_subtotal_tax": "0"}
    for line in range(1, lines + 1):
        item = {"order_item_name": "Kruk", "order_item_type": "line_item", "order_id": 7}
        yield row("woocommerce_order_items", order_item_id=line, **item)
        for number, (key, value) in enumerate({**meta, "_line_total": "1", "_line_tax": "0"}.items()):
            own = {"meta_key": key, "meta_value": value}
            yield row("woocommerce_order_itemmeta", meta_id=10 * line + number, order_item_id=line, **own)
