"""Amounts as WooCommerce's REST API writes them: text with the shop's number of decimals.

Source: WooCommerce, wc_format_decimal with dp = wc_get_price_decimals(), as WC_REST_Orders_V2_Controller calls it.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from streams.sources.fields import Json, text, wrong

DECIMALS = 2


def amount(record: Json, name: str) -> str:
    """A column or meta value, rounded; 0.00 when absent. RefusedError when it is no amount."""
    return rounded(exact(record, name))


def exact(record: Json, name: str) -> Decimal:
    """A column or meta value as it stands; zero when absent."""
    try:
        found = Decimal(text(record, name).strip() or "0")
    except InvalidOperation:
        raise wrong(name, "an amount") from None
    if not found.is_finite():
        raise wrong(name, "an amount")
    return found


def rounded(value: Decimal) -> str:
    """Half a cent goes away from zero, as PHP rounds; no amount is written as less than nothing."""
    try:
        cents = value.quantize(Decimal(1).scaleb(-DECIMALS), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise wrong("amount", "within bounds") from None
    return str(abs(cents) if cents == 0 else cents)
