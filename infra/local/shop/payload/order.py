"""`order.created` and `order.updated`: the order as it stands at delivery time."""

from infra.local.shop import site
from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import PAYMENT_TITLES
from infra.local.shop.money import SHIPPING, cents, plain
from infra.local.shop.order import Meta, PlacedLine, PlacedOrder
from infra.local.shop.payload.additions import coupon_lines, fee_lines, taxes
from infra.local.shop.payload.parts import REST_ROOT, JsonObject, address, dates, links
from infra.local.shop.php import JsonValue, number
from infra.local.shop.state import OrderState

OPEN = ("pending", "on-hold")


def order_payload(order: PlacedOrder, state: OrderState) -> JsonObject:
    """The body's value, keys in WooCommerce's order."""
    plan, priced = order.plan, order.amounts
    created, modified = dates("date_created", order.created_at), dates("date_modified", state.modified_at)
    completed, paid = dates("date_completed", state.completed_at), dates("date_paid", state.paid_at)
    return {
        "id": order.id,
        "parent_id": 0,
        "status": state.status,
        "currency": site.CURRENCY,
        "version": site.WOOCOMMERCE_VERSION,
        "prices_include_tax": True,
        "date_created": created["date_created"],
        "date_modified": modified["date_modified"],
        "discount_total": f"{priced.discount:.2f}",
        "discount_tax": f"{priced.discount_tax:.2f}",
        "shipping_total": f"{SHIPPING:.2f}",
        "shipping_tax": f"{priced.shipping_tax:.2f}",
        "cart_tax": f"{priced.cart_tax:.2f}",
        "total": f"{priced.total:.2f}",
        "total_tax": f"{priced.cart_tax + priced.shipping_tax:.2f}",
        "customer_id": order.customer_id,
        "order_key": order.key,
        "billing": address(plan.customer, plan.customer.email),
        "shipping": address(order.recipient, None),
        "payment_method": plan.payment.value,
        "payment_method_title": PAYMENT_TITLES[plan.payment],
        "transaction_id": order.transaction_id,
        "customer_ip_address": plan.customer.ip_address,
        "customer_user_agent": plan.customer.user_agent,
        "created_via": "store-api",
        "customer_note": plan.customer_note.text if plan.customer_note else "",
        "date_completed": completed["date_completed"],
        "date_paid": paid["date_paid"],
        "cart_hash": order.cart_hash,
        "number": str(order.id),
        "meta_data": [{"id": meta.id, "key": meta.key, "value": meta.value} for meta in order.meta],
        "line_items": [_line(order, line, state) for line in order.lines],
        "tax_lines": _tax_lines(order),
        "shipping_lines": [_shipping(order)],
        "fee_lines": fee_lines(order),
        "coupon_lines": coupon_lines(order),
        "refunds": _refunds(state),
        "payment_url": f"{site.SITE_URL}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.key}",
        "is_editable": state.status in OPEN,
        "needs_payment": state.status == "pending",
        "needs_processing": True,
        "date_created_gmt": created["date_created_gmt"],
        "date_modified_gmt": modified["date_modified_gmt"],
        "date_completed_gmt": completed["date_completed_gmt"],
        "date_paid_gmt": paid["date_paid_gmt"],
        "currency_symbol": "€",
        "_links": _links(order),
    }


def _line(order: PlacedOrder, line: PlacedLine, state: OrderState) -> JsonObject:
    sold, full = line.amounts.sold, line.amounts.full
    total, subtotal = f"{cents(sold.net):.2f}", f"{cents(full.net):.2f}"
    labels = {key: label for key, label, _ in line.product.attributes}
    meta = list(line.attributes)
    if state.stock_reduced:
        meta.append(Meta(line.stock_meta_id, "_reduced_stock", str(line.quantity)))
    return {
        "id": line.item_id,
        "name": line.product.name,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": subtotal,
        "subtotal_tax": f"{full.tax:.2f}",
        "total": total,
        "total_tax": f"{sold.tax:.2f}",
        "taxes": taxes(order, f"{sold.tax:.2f}", f"{full.tax:.2f}"),
        "meta_data": [_line_meta(entry, labels.get(entry.key, entry.key)) for entry in meta],
        "sku": line.product.sku,
        "global_unique_id": "",
        "price": number(float(sold.net) / line.quantity),
        "image": {"id": 0 if line.variation_id else "", "src": ""},
        "parent_name": line.parent_name,
    }


def _line_meta(meta: Meta, label: str) -> JsonObject:
    return {"id": meta.id, "key": meta.key, "value": meta.value, "display_key": label, "display_value": meta.value}


def _tax_lines(order: PlacedOrder) -> list[JsonValue]:
    if order.tax_item_id is None:
        return []
    return [
        {
            "id": order.tax_item_id,
            "rate_code": f"{order.country}-BTW-1",
            "rate_id": COUNTRIES[order.country].rate_id,
            "label": "BTW",
            "compound": False,
            "tax_total": f"{order.amounts.cart_tax:.2f}",
            "shipping_tax_total": f"{order.amounts.shipping_tax:.2f}",
            "rate_percent": number(float(order.amounts.vat)),
            "meta_data": [],
        }
    ]


def _shipping(order: PlacedOrder) -> JsonObject:
    return {
        "id": order.shipping_item_id,
        "method_title": "Pakketpost",
        "method_id": "flat_rate",
        "instance_id": "1",
        "total": plain(SHIPPING),
        "total_tax": f"{order.amounts.shipping_tax:.2f}",
        "taxes": taxes(order, f"{order.amounts.shipping_tax:.2f}", ""),
        "tax_status": "taxable",
        "meta_data": [],
    }


def _refunds(state: OrderState) -> list[JsonValue]:
    """The newest first, as WooCommerce lists them."""
    return [
        {"id": refund.id, "reason": refund.reason, "total": f"-{refund.total:.2f}"}
        for refund in reversed(state.refunds)
    ]


def _links(order: PlacedOrder) -> JsonObject:
    value = links("orders", order.id)
    href = f"{REST_ROOT}/orders/{order.id}/actions/email_templates"
    value["email_templates"] = [{"embeddable": True, "href": href}]
    if order.customer_id:
        value["customer"] = [{"href": f"{REST_ROOT}/customers/{order.customer_id}"}]
    return value
