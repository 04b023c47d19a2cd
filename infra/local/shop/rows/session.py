"""What a cart session holds beside the goods: the customer, the shipping rates, the totals."""

from collections.abc import Mapping, Sequence

from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import Address, BasketLine, Person
from infra.local.shop.money import NIL, SHIPPING, LineAmounts, cents, plain
from infra.local.shop.order import digest
from infra.local.shop.php import PhpObject, PhpValue

_PARTS = ("first_name", "last_name", "company", "phone", "email", "address", "address_1", "address_2", "city",
          "state", "postcode", "country")  # fmt: skip
_SHIPPING = tuple(f"shipping_{part}" for part in _PARTS if part != "email")
_REST: Mapping[str, PhpValue] = {"is_vat_exempt": "", "calculated_shipping": "", "meta_data": {}}

NOBODY: Mapping[str, PhpValue] = {
    "id": "0",
    "date_modified": "",
    **dict.fromkeys(_PARTS + _SHIPPING, ""),
    "country": "NL",
    "shipping_country": "NL",
    **_REST,
}
"""A shopper of whom nothing is known yet."""


def customer(customer_id: int, payer: Person, recipient: Person | None) -> Mapping[str, PhpValue]:
    """A shopper whose address is known."""
    goes_to = recipient or payer
    return {
        "id": str(customer_id),
        "date_modified": "",
        **_contact("", payer),
        "email": payer.email,
        **_place("", payer.address),
        **_contact("shipping_", goes_to),
        **_place("shipping_", goes_to.address),
        **_REST,
    }


def shipping(goods: Sequence[tuple[BasketLine, LineAmounts]], country: str) -> Mapping[str, PhpValue]:
    """The one rate of the one parcel: an object of WooCommerce's class."""
    land = COUNTRIES[country]
    named = ", ".join(f"{line.product.name} &times; {line.quantity}" for line, _ in goods)
    data: dict[str, PhpValue] = {
        "id": "flat_rate:1",
        "method_id": "flat_rate",
        "instance_id": 1,
        "label": "Pakketpost",
        "cost": plain(SHIPPING),
        "taxes": {land.rate_id: float(SHIPPING * land.vat / 100)} if land.vat else {},
        "tax_status": "taxable",
        "description": "",
        "delivery_time": "",
    }
    rate = PhpObject("WC_Shipping_Rate", {"data": data, "meta_data": {"Items": named}})
    return {"package_hash": f"wc_ship_{digest('package', country, named)[:32]}", "rates": {"flat_rate:1": rate}}


def totals(lines: Sequence[LineAmounts], country: str) -> Mapping[str, PhpValue]:
    """The cart's totals: money as text, taxes as numbers, as WooCommerce keeps them."""
    land = COUNTRIES[country]
    net = sum((cents(line.sold.net) for line in lines), NIL)
    full = sum((cents(line.full.net) for line in lines), NIL)
    tax, full_tax = sum((line.sold.tax for line in lines), NIL), sum((line.full.tax for line in lines), NIL)
    shipping_tax = cents(SHIPPING * land.vat / 100)
    return {
        "subtotal": f"{full:.2f}",
        "subtotal_tax": float(full_tax),
        "shipping_total": plain(SHIPPING),
        "shipping_tax": float(shipping_tax),
        "shipping_taxes": {land.rate_id: float(shipping_tax)},
        "discount_total": float(full - net),
        "discount_tax": float(full_tax - tax),
        "cart_contents_total": f"{net:.2f}",
        "cart_contents_tax": float(tax),
        "cart_contents_taxes": {land.rate_id: float(tax)},
        "fee_total": "0",
        "fee_tax": 0.0,
        "fee_taxes": {},
        "total": f"{net + tax + SHIPPING + shipping_tax:.2f}",
        "total_tax": float(tax + shipping_tax),
    }


def _contact(prefix: str, person: Person) -> dict[str, PhpValue]:
    return {
        f"{prefix}first_name": person.first_name,
        f"{prefix}last_name": person.last_name,
        f"{prefix}company": person.company,
        f"{prefix}phone": person.phone,
    }


def _place(prefix: str, address: Address) -> dict[str, PhpValue]:
    return {
        f"{prefix}address": address.street,
        f"{prefix}address_1": address.street,
        f"{prefix}address_2": "",
        f"{prefix}city": address.city,
        f"{prefix}state": address.state,
        f"{prefix}postcode": address.postcode,
        f"{prefix}country": address.country,
    }
