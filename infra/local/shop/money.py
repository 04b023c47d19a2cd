"""Prices and taxes as WooCommerce computes them: Dutch VAT inside the price, the destination's VAT on the sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import BasketLine

BASE_VAT = COUNTRIES["NL"].vat
SHIPPING = Decimal("5.95")
CENT = Decimal("0.01")
MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One line without discount: `net` and `raw_tax` to six decimals, `tax` to the cent."""

    net: Decimal
    raw_tax: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Amounts:
    """An order's money in euro. `vat` is the rate in percent, 0 where the goods leave the union."""

    lines: tuple[LineAmounts, ...]
    vat: Decimal
    shipping_raw_tax: Decimal

    @property
    def shipping_tax(self) -> Decimal:
        """Tax on shipping, to the cent."""
        return cents(self.shipping_raw_tax)

    @property
    def cart_tax(self) -> Decimal:
        """Tax on the goods; this is what `wp_wc_orders.tax_amount` holds."""
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What the customer pays: each line is rounded before they are added, as prices are entered with tax."""
        goods = sum((cents(line.net) for line in self.lines), Decimal(0))
        return goods + self.cart_tax + SHIPPING + self.shipping_tax


def amounts(lines: Sequence[BasketLine], country: str) -> Amounts:
    """Price a basket for a country."""
    vat = COUNTRIES[country].vat
    return Amounts(tuple(_line(line, vat) for line in lines), vat, SHIPPING * vat / 100)


def cents(value: Decimal) -> Decimal:
    """Round to the cent, halves up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def net_price(price: Decimal) -> Decimal:
    """A shelf price without Dutch VAT, to six decimals."""
    return (price * 100 / (100 + BASE_VAT)).quantize(MICRO, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """A number as PHP casts it to a string: no trailing zeros."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _line(line: BasketLine, vat: Decimal) -> LineAmounts:
    exact = line.product.price * line.quantity * 100 / (100 + BASE_VAT)
    raw_tax = (exact * vat / 100).quantize(MICRO, ROUND_HALF_UP)
    return LineAmounts(exact.quantize(MICRO, ROUND_HALF_UP), raw_tax, cents(raw_tax))
