"""The checkout: a draft order with the shopper's address in it, then the order itself."""

from infra.local.shop import site
from infra.local.shop.changes import Change, Ids, Insert, SqlValue, Stamp, Table, Update
from infra.local.shop.model import PAYMENT_TITLES, Payment, Person
from infra.local.shop.money import NIL, SHIPPING
from infra.local.shop.order import PlacedOrder
from infra.local.shop.rows import comments, items, posts


def draft(order: PlacedOrder, ids: Ids) -> list[Change]:
    """Placeholder and draft order. The e-mail address is in the database before anything is bought."""
    now, plan = order.created_at, order.plan
    return [
        *items.tax_item(order, ids),
        posts.placeholder(order.id, 0, now),
        Insert(Table.ORDERS, _order_row(order)),
        Insert(Table.OPERATIONAL, _operational_row(order, ids)),
        Insert(Table.ADDRESSES, _address_row(order.id, "billing", plan.customer, plan.customer.email, ids)),
        Insert(Table.ADDRESSES, _address_row(order.id, "shipping", plan.recipient, None, ids)),
        *_meta_rows(order, ids),
        *(change for line in order.lines for change in items.line_item(order, line, ids)),
        *items.shipping_item(order, ids),
        *items.fee_item(order, ids),
        *items.coupon_item(order, ids),
        *items.adopt_tax_item(order),
        Update(Table.ORDERS, {"id": order.id}, {"total_amount": order.amounts.total}),
    ]


def submit(order: PlacedOrder, stamp: Stamp) -> list[Change]:
    """The shopper presses the button: payment method, note, held stock, status pending."""
    plan, where = order.plan, {"id": order.id}
    held = "<br>- ".join(f"{items.label(line.product)} &times; {line.quantity}" for line in order.lines)
    payment: dict[str, SqlValue] = {
        "payment_method": plan.payment.value,
        "payment_method_title": PAYMENT_TITLES[plan.payment],
        "transaction_id": order.transaction_id,
        "customer_note": plan.customer_note.text if plan.customer_note else "",
    }
    return [
        Update(Table.ORDERS, where, payment),
        *comments.system_note(order.id, f"Stock hold of 60 minutes applied to: <br>- {held}", "product_stock", stamp),
        Update(Table.ORDERS, where, {"date_updated_gmt": site.gmt(stamp.now)}),
        Update(Table.ORDERS, where, {"status": "wc-pending"}),
        Update(Table.OPERATIONAL, {"order_id": order.id}, {"coupon_usages_are_counted": 1}),
    ]


def _order_row(order: PlacedOrder) -> dict[str, SqlValue]:
    return {
        "id": order.id,
        "status": "wc-checkout-draft",
        "currency": site.CURRENCY,
        "type": "shop_order",
        "tax_amount": order.amounts.cart_tax,
        "total_amount": NIL,
        "customer_id": order.customer_id,
        "billing_email": order.plan.customer.email,
        "date_created_gmt": site.gmt(order.created_at),
        "date_updated_gmt": site.gmt(order.created_at),
        "parent_order_id": 0,
        "payment_method": Payment.BACS.value,
        "payment_method_title": "",
        "transaction_id": "",
        "ip_address": order.plan.customer.ip_address,
        "user_agent": order.plan.customer.user_agent,
        "customer_note": "",
    }


def _operational_row(order: PlacedOrder, ids: Ids) -> dict[str, SqlValue]:
    return {
        "id": ids.take(Table.OPERATIONAL),
        "order_id": order.id,
        "created_via": "store-api",
        "woocommerce_version": site.WOOCOMMERCE_VERSION,
        "prices_include_tax": 1,
        "coupon_usages_are_counted": 0,
        "download_permission_granted": 0,
        "cart_hash": order.cart_hash,
        "new_order_email_sent": 0,
        "order_key": order.key,
        "order_stock_reduced": 0,
        "date_paid_gmt": None,
        "date_completed_gmt": None,
        "shipping_tax_amount": order.amounts.shipping_tax,
        "shipping_total_amount": SHIPPING,
        "discount_tax_amount": order.amounts.discount_tax,
        "discount_total_amount": order.amounts.discount,
        "recorded_sales": 0,
    }


def _address_row(order_id: int, kind: str, person: Person, email: str | None, ids: Ids) -> dict[str, SqlValue]:
    return {
        "id": ids.take(Table.ADDRESSES),
        "order_id": order_id,
        "address_type": kind,
        **address_columns(person),
        "email": email,
    }


def address_columns(person: Person) -> dict[str, SqlValue]:
    """An address as its row holds it; what is empty is null."""
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company or None,
        "address_1": person.address.street,
        "address_2": None,
        "city": person.address.city,
        "state": person.address.state or None,
        "postcode": person.address.postcode,
        "country": person.address.country,
        "phone": person.phone,
    }


def _meta_rows(order: PlacedOrder, ids: Ids) -> list[Change]:
    plan = order.plan
    indexes = {
        "_billing_address_index": address_index(plan.customer, plan.customer.email),
        "_shipping_address_index": address_index(plan.recipient, None),
    }
    known = [(meta.id, meta.key, meta.value) for meta in order.meta]
    drawn = [(ids.take(Table.ORDER_META), key, value) for key, value in indexes.items()]
    return [
        Insert(Table.ORDER_META, {"id": number, "order_id": order.id, "meta_key": key, "meta_value": value})
        for number, key, value in known + drawn
    ]


def address_index(person: Person, email: str | None) -> str:
    """Name, address, e-mail and phone in one string, empty parts kept: WooCommerce's search index."""
    address = person.address
    parts = [person.first_name, person.last_name, person.company, address.street, "", address.city, address.state]
    parts += [address.postcode, address.country, *([email] if email else []), person.phone]
    return " ".join(parts)
