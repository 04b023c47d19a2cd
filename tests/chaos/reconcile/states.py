"""How every entity stands in the shop's database in the end, against the last state that landed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from infra.local.shop.database import DatabaseSettings
from infra.local.shop.truth import OrderTruth, read_truth
from tests.chaos.reconcile.changes import Event
from tests.chaos.reconcile.items import Item

TRASH = "trash"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "order": (
        *("order_currency", "order_total_tax", "order_shipping_total", "order_discount_total", "order_payment_method"),
        *("order_billing_country", "order_shipping_country", "line_ids", "product_ids", "variation_ids", "quantities"),
        *("line_totals", "refund_ids", "refund_totals"),
    ),
    "product": ("product_stock_quantity", "product_price"),
    "coupon": ("coupon_usage_count", "coupon_amount"),
}
"""Entity -> columns of commerce_events, in the order of `State.content`."""

_GOODS = """
SELECT p.ID, p.post_status, s.meta_value, c.meta_value FROM wp_posts p
JOIN wp_postmeta s ON s.post_id = p.ID AND s.meta_key = '_stock'
JOIN wp_postmeta c ON c.post_id = p.ID AND c.meta_key = '_price'
WHERE p.post_type IN ('product', 'product_variation')
"""
_COUPONS = """
SELECT p.ID, p.post_status, u.meta_value, a.meta_value FROM wp_posts p
JOIN wp_postmeta u ON u.post_id = p.ID AND u.meta_key = 'usage_count'
JOIN wp_postmeta a ON a.post_id = p.ID AND a.meta_key = 'coupon_amount'
WHERE p.post_type = 'shop_coupon'
"""


@dataclass(frozen=True, slots=True)
class State:
    """One entity as it stands; `status` is empty where events bear none."""

    status: str
    content: tuple[str, ...]


States = Mapping[tuple[str, str], State]
"""By entity and id."""


def read_states(settings: DatabaseSettings) -> States:
    """Every order, product and coupon that is there and not in the trash. Raises ShopDatabaseError."""
    found = {("order", str(number)): _order(order) for number, order in read_truth(settings).items()}
    with settings.connect() as connection, connection.cursor() as cursor:
        for entity, query in (("product", _GOODS), ("coupon", _COUPONS)):
            cursor.execute(query)
            for number, status, count, money in cursor.fetchall():
                said = str(status) if entity == "product" or status == TRASH else ""
                found[entity, str(number)] = State(said, (str(int(float(str(count)))), _plain(Decimal(str(money)))))
    return {name: state for name, state in found.items() if state.status != TRASH}


def untrue(states: States, events: Iterable[Event]) -> Iterator[Item]:
    """Entities whose last state that was told, as migration 0024 defines it for analysts, is another."""
    last: dict[tuple[str, str], Event] = {}
    for event in events:
        name = (event.entity, event.number)
        if (
            not event.late
            and not event.event_type.endswith("_deleted")
            and event.offset >= last.get(name, event).offset
        ):
            last[name] = event
    for (entity, number), state in states.items():
        if why := _why(state, last.get((entity, number))):
            yield Item("state", f"{entity}/{number}", "the shop's database", "demo", entity, number, why=why)


def content() -> str:
    """ClickHouse's expression for what `State.content` holds."""
    arrays = (
        f"entity = '{entity}', [{', '.join(f'toString({name})' for name in names)}]" for entity, names in FIELDS.items()
    )
    return f"multiIf({', '.join(arrays)}, [])"


def _why(state: State, event: Event | None) -> str:
    """What is wrong, by names only: what stands there is a record's content."""
    if event is None:
        return "never told"
    told = zip(FIELDS[event.entity], state.content, event.content, strict=True)
    differ = [*(["status"] if state.status != event.status else []), *(name for name, a, b in told if a != b)]
    return f"told last by {event.event_id} with another {', '.join(differ)}" if differ else ""


def _order(order: OrderTruth) -> State:
    money = order.total_tax, order.shipping_total, order.discount_total
    lists = (
        [line.line_id for line in order.lines],
        [line.product_id for line in order.lines],
        [line.variation_id for line in order.lines],
        [line.quantity for line in order.lines],
        [_plain(_as_shown(line.total)) for line in order.lines],
        [refund.refund_id for refund in order.refunds],
        [_plain(refund.total) for refund in order.refunds],
    )
    said = (order.payment_method, order.billing_country, order.shipping_country)
    listed = (f"[{','.join(map(str, one))}]" for one in lists)
    return State(order.status, (order.currency, *map(_plain, money), *said, *listed))


def _as_shown(money: Decimal) -> Decimal:
    """WooCommerce stores a line's total in full, and shows cents."""
    return (money + Decimal("0.000001")).quantize(Decimal("0.01"))


def _plain(money: Decimal) -> str:
    """As ClickHouse writes a decimal of four places: without needless zeros."""
    rounded = money.quantize(Decimal("0.0001")).normalize()
    return f"{rounded:f}" if rounded else "0"
