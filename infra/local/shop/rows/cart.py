"""The cart session: PHP-serialised, it holds the goods and, once it is known, the customer's whole address."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from hashlib import md5

from infra.local.shop.changes import Insert, SqlValue, Stamp, Table
from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import BasketLine, Payment, Person
from infra.local.shop.money import NIL, LineAmounts, amounts, cents
from infra.local.shop.order import digest
from infra.local.shop.php import PhpValue, serialize
from infra.local.shop.rows.session import NOBODY, customer, shipping, totals

GUEST_LIFE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class CartLine:
    """One product in a cart; `variation_id` is 0 unless a variation lies there, `product_id` then its parent."""

    basket: BasketLine
    product_id: int
    variation_id: int
    amounts: LineAmounts


@dataclass(frozen=True, slots=True)
class Cart:
    """What somebody has in the cart. Without `person` nobody knows whose it is."""

    lines: tuple[CartLine, ...]
    customer_id: int = 0
    person: Person | None = None
    recipient: Person | None = None
    payment: Payment | None = None
    coupon: str = ""

    @property
    def total(self) -> Decimal:
        """Sum of the lines without tax, to the cent."""
        return cents(sum((line.amounts.sold.net for line in self.lines), NIL))

    @property
    def goods(self) -> tuple[tuple[int, int, int], ...]:
        """Product, variation and pieces of what lies in it, whatever it costs and in whichever order it stands."""
        return tuple(sorted((line.product_id, line.variation_id, line.basket.quantity) for line in self.lines))

    @property
    def country(self) -> str:
        """Where the goods would go: the shop's own country until an address is known."""
        known = self.recipient or self.person
        return known.address.country if known else "NL"


def cart_lines(
    lines: Sequence[BasketLine], country: str, product_ids: Mapping[str, int], percent_off: Decimal = NIL
) -> tuple[CartLine, ...]:
    """Goods as they lie in a cart; `product_ids` are by SKU."""
    priced = amounts(lines, country, percent_off).lines
    return tuple(
        CartLine(
            line,
            product_ids[line.product.parent_sku or line.product.sku],
            product_ids[line.product.sku] if line.product.parent_sku else 0,
            money,
        )
        for line, money in zip(lines, priced, strict=True)
    )


def session(key: str, session_id: int, cart: Cart, stamp: Stamp) -> Insert:
    """Store a session under its key, over an older one of the same customer."""
    row: dict[str, SqlValue] = {
        "session_id": session_id,
        "session_key": key,
        "session_value": value(cart),
        "session_expiry": int((stamp.now + GUEST_LIFE).timestamp()),
    }
    return Insert(Table.SESSIONS, row, replace=("session_value", "session_expiry"))


def session_key(customer_id: int, *parts: object) -> str:
    """The customer's id, or for a guest `t_` and 30 digits."""
    return str(customer_id) if customer_id else f"t_{digest('session', *parts)[:30]}"


def value(cart: Cart) -> str:
    """The session's value: every entry is serialised on its own, then all of them together."""
    known = customer(cart.customer_id, cart.person, cart.recipient or cart.person) if cart.person else NOBODY
    values: dict[str, PhpValue] = {}
    if cart.lines:
        goods = [(line.basket, line.amounts) for line in cart.lines]
        values |= {
            "shipping_for_package_0": serialize(shipping(goods, cart.country)),
            "previous_shipping_methods": serialize({0: {0: "flat_rate:1"}}),
            "chosen_shipping_methods": serialize({0: "flat_rate:1"}),
            "shipping_method_counts": serialize({0: 1}),
            "cart_totals": serialize(totals([money for _, money in goods], cart.country)),
            "cart": serialize(dict(_line(line, cart.country) for line in cart.lines)),
        }
        if cart.coupon:
            values["applied_coupons"] = serialize({0: cart.coupon})
    values["customer"] = serialize(known)
    if cart.payment:
        values["chosen_payment_method"] = cart.payment.value
    return serialize(values)


def _line(line: CartLine, country: str) -> tuple[str, PhpValue]:
    """A line under its key: both hashes are WooCommerce's own (WC_Cart::generate_cart_id, cart item data hash)."""
    product = line.basket.product
    chosen = {f"attribute_{key}": option for key, _, option in product.attributes}
    parts = [str(line.product_id)]
    if line.variation_id:
        parts += [str(line.variation_id), "".join(f"{key}{option}" for key, option in chosen.items())]
    key = _md5("_".join(parts))
    hashed = {"type": "variation" if line.variation_id else "simple", "attributes": chosen or ""}
    sold, full, rate = line.amounts.sold, line.amounts.full, COUNTRIES[country].rate_id
    taxes: dict[str, PhpValue] = {"subtotal": {rate: float(full.raw_tax)}, "total": {rate: float(sold.raw_tax)}}
    content: dict[str, PhpValue] = {
        "key": key,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "variation": chosen,
        "quantity": line.basket.quantity,
        "data_hash": _md5(json.dumps(hashed, separators=(",", ":"))),
        "line_tax_data": taxes,
        "line_subtotal": float(full.net),
        "line_subtotal_tax": float(full.tax),
        "line_total": float(sold.net),
        "line_tax": float(sold.tax),
    }
    return key, content


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
