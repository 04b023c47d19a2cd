"""What the shop's database says of its orders in the end: the truth that a pipeline is held against."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias

from pymysql.cursors import DictCursor

from infra.local.shop.database import DatabaseSettings
from infra.local.shop.site import OrderStorage
from infra.local.shop.truth_sql import HEADS, ITEM_META, ITEMS, REFUNDS

DRAFTS = frozenset({"wc-checkout-draft", "auto-draft", "new", "draft"})
NIL = Decimal(0)

_Row: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LineTruth:
    """One line of goods; `total` is without tax, as stored."""

    line_id: int
    product_id: int
    variation_id: int
    quantity: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class RefundTruth:
    """Money given back; `total` is above zero."""

    refund_id: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class OrderTruth:
    """An order as it stands. `status` has no prefix; lines and refunds are by rising id; times are UTC."""

    id: int
    status: str
    currency: str
    total: Decimal
    total_tax: Decimal
    shipping_total: Decimal
    discount_total: Decimal
    payment_method: str
    customer_id: int
    billing_country: str
    shipping_country: str
    placed_at: datetime
    modified_at: datetime
    lines: tuple[LineTruth, ...]
    refunds: tuple[RefundTruth, ...]
    coupons: tuple[str, ...]
    fees: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to orders, by order."""

    lines: dict[int, list[LineTruth]] = field(default_factory=lambda: defaultdict(list))
    coupons: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    fees: dict[int, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    refunds: dict[int, list[RefundTruth]] = field(default_factory=lambda: defaultdict(list))


def read_truth(settings: DatabaseSettings, storage: OrderStorage = OrderStorage.TABLES) -> dict[int, OrderTruth]:
    """Every order that was placed and is still there, trashed ones too, by id. Raises ShopDatabaseError."""
    with settings.connect() as connection, connection.cursor(DictCursor) as cursor:

        def ask(sql: str) -> Sequence[_Row]:
            cursor.execute(sql.replace("{p}", settings.prefix))
            return tuple(cursor.fetchall())

        heads, refunds = ask(HEADS[storage]), ask(REFUNDS[storage])
        parts = _parts(ask(ITEMS), ask(ITEM_META), refunds)
    placed = (head for head in heads if str(head["status"]) not in DRAFTS)
    return {order.id: order for order in (_order(head, parts) for head in placed)}


def _parts(items: Sequence[_Row], metas: Sequence[_Row], refunds: Sequence[_Row]) -> _Parts:
    values: dict[int, dict[str, str]] = defaultdict(dict)
    for meta in metas:
        values[_int(meta["item"])][str(meta["name"])] = str(meta["value"])
    parts = _Parts()
    for item in items:
        number, order_id, meta_of = _int(item["id"]), _int(item["order_id"]), values[_int(item["id"])]
        match str(item["kind"]):
            case "line_item":
                parts.lines[order_id].append(_line(number, meta_of))
            case "coupon":
                parts.coupons[order_id].append(str(item["name"]))
            case "fee":
                parts.fees[order_id].append(Decimal(meta_of["_line_total"]))
    for refund in refunds:
        parts.refunds[_int(refund["order_id"])].append(RefundTruth(_int(refund["id"]), -_money(refund["total"])))
    return parts


def _line(number: int, meta: Mapping[str, str]) -> LineTruth:
    ids = int(meta["_product_id"]), int(meta["_variation_id"])
    return LineTruth(number, *ids, int(meta["_qty"]), Decimal(meta["_line_total"]))


def _order(head: _Row, parts: _Parts) -> OrderTruth:
    number = _int(head["id"])
    return OrderTruth(
        id=number,
        status=str(head["status"]).removeprefix("wc-"),
        currency=str(head["currency"]),
        total=_money(head["total"]),
        total_tax=_money(head["cart_tax"]) + _money(head["shipping_tax"]),
        shipping_total=_money(head["shipping_total"]),
        discount_total=_money(head["discount_total"]),
        payment_method=str(head["payment_method"] or ""),
        customer_id=_int(head["customer_id"] or 0),
        billing_country=str(head["billing_country"] or ""),
        shipping_country=str(head["shipping_country"] or ""),
        placed_at=_utc(head["placed_at"]),
        modified_at=_utc(head["modified_at"]),
        lines=tuple(parts.lines[number]),
        refunds=tuple(parts.refunds[number]),
        coupons=tuple(parts.coupons[number]),
        fees=tuple(parts.fees[number]),
    )


def _int(value: object) -> int:
    return int(str(value))


def _money(value: object) -> Decimal:
    return NIL if value is None else Decimal(str(value))


def _utc(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("an order's date is no datetime")
    return value.replace(tzinfo=UTC)
