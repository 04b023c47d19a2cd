"""The cart session: PHP-serialised, it holds the customer's whole address."""

from datetime import timedelta

from infra.local.shop.changes import Insert, SqlValue, Stamp, Table
from infra.local.shop.model import Address, BasketLine, OrderPlan, Person
from infra.local.shop.money import amounts
from infra.local.shop.order import digest
from infra.local.shop.php import PhpValue, serialize

GUEST_LIFE = timedelta(days=2)


def session(key: str, value: str, stamp: Stamp) -> Insert:
    """Store a session under its key, over an older one of the same customer."""
    row: dict[str, SqlValue] = {
        "session_id": stamp.ids.take(Table.SESSIONS),
        "session_key": key,
        "session_value": value,
        "session_expiry": int((stamp.now + GUEST_LIFE).timestamp()),
    }
    return Insert(Table.SESSIONS, row, replace=("session_value", "session_expiry"))


def session_key(customer_id: int, order_number: int, order_id: int) -> str:
    """The customer's id, or for a guest `t_` and 30 digits."""
    return str(customer_id) if customer_id else f"t_{digest('session', order_number, order_id)[:30]}"


def filled(plan: OrderPlan, customer_id: int) -> str:
    """A session with goods in the cart and the customer's address known."""
    values: dict[str, PhpValue] = {
        "cart": serialize(_cart(plan.lines, plan.recipient.address.country)),
        "chosen_shipping_methods": serialize({0: "flat_rate:1"}),
        "customer": serialize(_customer(customer_id, plan.customer, plan.recipient)),
        "chosen_payment_method": plan.payment.value,
    }
    return serialize(values)


def emptied(plan: OrderPlan, customer_id: int) -> str:
    """What stays after the checkout: the customer."""
    return serialize({"customer": serialize(_customer(customer_id, plan.customer, plan.recipient))})


def _cart(lines: tuple[BasketLine, ...], country: str) -> dict[str, PhpValue]:
    cart: dict[str, PhpValue] = {}
    for line, money in zip(lines, amounts(lines, country).lines, strict=True):
        key = digest(line.product.sku)[:32]
        cart[key] = {
            "key": key,
            "sku": line.product.sku,
            "quantity": line.quantity,
            "line_subtotal": float(money.net),
            "line_subtotal_tax": float(money.tax),
            "line_total": float(money.net),
            "line_tax": float(money.tax),
        }
    return cart


def _customer(customer_id: int, payer: Person, recipient: Person) -> dict[str, PhpValue]:
    return {
        "id": str(customer_id),
        "date_modified": "",
        **_contact("", payer),
        "email": payer.email,
        **_place("", payer.address),
        **_contact("shipping_", recipient),
        **_place("shipping_", recipient.address),
        "is_vat_exempt": "",
        "calculated_shipping": "",
        "meta_data": {},
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
