"""An order as the database knows it: its ids, fixed at checkout, and its state, which moves on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from hashlib import md5, sha256

from infra.local.shop.catalogue import BY_SKU
from infra.local.shop.changes import Ids, Stamp, Table
from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import BasketLine, OrderPath, Payment, Person, Product
from infra.local.shop.money import NIL, Amounts, LineAmounts, amounts, line_amounts
from infra.local.shop.planned import OrderPlan

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
EMPTY_HASH = md5(b"[]", usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Meta:
    """A row of a meta table."""

    id: int
    key: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line item with its row ids; `variation_id` is 0 unless a variation was sold, `product_id` then its parent."""

    item_id: int
    product: Product
    product_id: int
    variation_id: int
    parent_name: str | None
    quantity: int
    amounts: LineAmounts
    attributes: tuple[Meta, ...]
    stock_meta_id: int


@dataclass(frozen=True, slots=True)
class UsedCoupon:
    """A coupon in an order: its item, and the meta row that says what the coupon was worth then."""

    item_id: int
    info_meta_id: int
    coupon_id: int
    code: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back; `total` is above zero, tax included. `line` is None where the whole rest is given back."""

    id: int
    total: Decimal
    reason: str = field(repr=False)
    line: "PlacedLine | None" = None
    """The piece that comes back: one of a line, with its own item id."""
    tax_item_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """A checkout with everything WooCommerce fixes when the draft is made; staff may edit it. `created_at` is UTC."""

    id: int
    plan: OrderPlan
    recipient: Person = field(repr=False)
    key: str = field(repr=False)
    customer_id: int
    created_at: datetime
    amounts: Amounts
    lines: tuple[PlacedLine, ...]
    tax_item_id: int | None
    shipping_item_id: int
    fee_item_id: int | None
    coupon: UsedCoupon | None
    meta: tuple[Meta, ...]
    refund_id: int | None

    @property
    def country(self) -> str:
        """Where the goods were to go at checkout: this decides the tax, whatever staff correct later."""
        return self.plan.recipient.address.country

    @property
    def transaction_id(self) -> str:
        """The payment provider's id; empty where money moves outside one."""
        return f"tr_{digest(self.key)[:10]}" if self.plan.payment is Payment.IDEAL else ""

    @property
    def cart_hash(self) -> str:
        """Fingerprint of the cart the order came from."""
        return digest("cart", self.key)[:32]

    def requantified(self, index: int, quantity: int) -> "PlacedOrder":
        """The order with another quantity of a line, priced anew."""
        line = self.lines[index]
        priced = line_amounts(BasketLine(line.product, quantity), self.amounts.vat, self.amounts.percent_off)
        lines = (*self.lines[:index], replace(line, quantity=quantity, amounts=priced), *self.lines[index + 1 :])
        return replace(self, lines=lines, amounts=replace(self.amounts, lines=tuple(each.amounts for each in lines)))


@dataclass(frozen=True, slots=True)
class Goods:
    """What a checkout needs of the shop: ids of products by SKU, and of coupons by code with their per cents off."""

    product_ids: Mapping[str, int]
    coupons: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)


def place(plan: OrderPlan, customer_id: int, goods: Goods, stamp: Stamp) -> PlacedOrder:
    """Reserve ids for a checkout; `customer_id` is 0 for a guest."""
    ids, product_ids = stamp.ids, goods.product_ids
    order_id = ids.take(Table.POSTS)
    coupon_id, percent = goods.coupons[plan.coupon] if plan.coupon else (0, NIL)
    priced = amounts(plan.lines, plan.recipient.address.country, percent, plan.fee)
    lines = tuple(
        PlacedLine(
            item_id=ids.take(Table.ITEMS),
            product=line.product,
            product_id=product_ids[line.product.parent_sku or line.product.sku],
            variation_id=product_ids[line.product.sku] if line.product.parent_sku else 0,
            parent_name=BY_SKU[line.product.parent_sku].name if line.product.parent_sku else None,
            quantity=line.quantity,
            amounts=money,
            attributes=tuple(Meta(ids.take(Table.ITEM_META), key, v) for key, _, v in line.product.attributes),
            stock_meta_id=ids.take(Table.ITEM_META),
        )
        for line, money in zip(plan.lines, priced.lines, strict=True)
    )
    key = _order_key(order_id, plan)
    return PlacedOrder(
        id=order_id,
        plan=plan,
        recipient=plan.recipient,
        key=key,
        customer_id=customer_id,
        created_at=stamp.now,
        amounts=priced,
        lines=lines,
        tax_item_id=ids.take(Table.ITEMS) if COUNTRIES[plan.recipient.address.country].vat else None,
        shipping_item_id=ids.take(Table.ITEMS),
        fee_item_id=ids.take(Table.ITEMS) if plan.fee else None,
        coupon=UsedCoupon(ids.take(Table.ITEMS), ids.take(Table.ITEM_META), coupon_id, plan.coupon, percent)
        if plan.coupon
        else None,
        meta=_meta(plan, key, ids),
        refund_id=ids.take(Table.POSTS) if plan.path is OrderPath.REFUNDED else None,
    )


def digest(*parts: object) -> str:
    """A stable 64-digit fingerprint for keys and hashes that WooCommerce would draw."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()


def _order_key(order_id: int, plan: OrderPlan) -> str:
    number = int(digest(order_id, plan.number, plan.customer.email), 16)
    return "wc_order_" + "".join(ALPHABET[number // 62**i % 62] for i in range(13))


def _meta(plan: OrderPlan, key: str, ids: Ids) -> tuple[Meta, ...]:
    """The order's meta that a webhook shows; address indexes are internal and written apart."""
    values = [
        ("_shipping_hash", digest("shipping", key)[:32]),
        ("_coupons_hash", EMPTY_HASH),
        ("_fees_hash", EMPTY_HASH),
        ("_taxes_hash", digest("taxes", key)[:32]),
        ("is_vat_exempt", "no"),
    ]
    if plan.sepa:
        values += [("_sepa_iban", plan.customer.iban), ("_sepa_holder", plan.customer.full_name)]
    if plan.customer.vat_number:
        values.append(("_billing_vat_number", plan.customer.vat_number))
    return tuple(Meta(ids.take(Table.ORDER_META), name, value) for name, value in values)
