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
NIL = Decimal(0)


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount: `net` and `raw_tax` to six decimals, `tax` to the cent."""

    net: Decimal
    raw_tax: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One line as sold, and in full: before a coupon takes its share."""

    sold: Taxed
    full: Taxed

    @property
    def discount(self) -> Decimal:
        """What the coupon took, without tax."""
        return cents(self.full.net) - cents(self.sold.net)

    @property
    def discount_tax(self) -> Decimal:
        """What the coupon took of the tax."""
        return self.full.tax - self.sold.tax


@dataclass(frozen=True, slots=True)
class Amounts:
    """An order's money in euro. `vat` is the rate in percent, 0 where the goods leave the union."""

    lines: tuple[LineAmounts, ...]
    vat: Decimal
    percent_off: Decimal
    shipping_raw_tax: Decimal
    fee: Taxed | None

    @property
    def shipping_tax(self) -> Decimal:
        """Tax on shipping, to the cent."""
        return cents(self.shipping_raw_tax)

    @property
    def cart_tax(self) -> Decimal:
        """Tax on the goods and the fee; this is what `wp_wc_orders.tax_amount` holds."""
        return sum((line.sold.tax for line in self.lines), NIL) + (self.fee.tax if self.fee else NIL)

    @property
    def discount(self) -> Decimal:
        """What coupons took, without tax."""
        return sum((line.discount for line in self.lines), NIL)

    @property
    def discount_tax(self) -> Decimal:
        """What coupons took of the tax."""
        return sum((line.discount_tax for line in self.lines), NIL)

    @property
    def total(self) -> Decimal:
        """What the customer pays: each line is rounded before they are added, as prices are entered with tax."""
        goods = sum((cents(line.sold.net) for line in self.lines), NIL) + (self.fee.net if self.fee else NIL)
        return goods + self.cart_tax + SHIPPING + self.shipping_tax


def amounts(lines: Sequence[BasketLine], country: str, percent_off: Decimal = NIL, fee: Decimal = NIL) -> Amounts:
    """Price a basket for a country; `percent_off` is a coupon's, `fee` is in euro without tax, 0 for none."""
    vat = COUNTRIES[country].vat
    return Amounts(
        tuple(line_amounts(line, vat, percent_off) for line in lines),
        vat,
        percent_off,
        SHIPPING * vat / 100,
        _taxed(fee, vat) if fee else None,
    )


def line_amounts(line: BasketLine, vat: Decimal, percent_off: Decimal) -> LineAmounts:
    """Price one line."""
    exact = line.product.price * line.quantity * 100 / (100 + BASE_VAT)
    return LineAmounts(_taxed(exact * (100 - percent_off) / 100, vat), _taxed(exact, vat))


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


def _taxed(exact: Decimal, vat: Decimal) -> Taxed:
    raw_tax = (exact * vat / 100).quantize(MICRO, ROUND_HALF_UP)
    return Taxed(exact.quantize(MICRO, ROUND_HALF_UP), raw_tax, cents(raw_tax))
