"""What stands beside the goods in an order's payload: fees and coupons."""

from infra.local.shop.countries import COUNTRIES
from infra.local.shop.order import PlacedOrder
from infra.local.shop.php import JsonValue, json_encode, number

FEE_NAME = "Cadeauverpakking"
DISCOUNT_TYPE = "percent"


def taxes(order: PlacedOrder, total: str, subtotal: str) -> list[JsonValue]:
    """The tax of one line, by rate."""
    if order.tax_item_id is None:
        return []
    return [{"id": COUNTRIES[order.country].rate_id, "total": total, "subtotal": subtotal}]


def fee_lines(order: PlacedOrder) -> list[JsonValue]:
    """The gift wrapping, where it was asked for."""
    fee = order.amounts.fee
    if fee is None or order.fee_item_id is None:
        return []
    return [
        {
            "id": order.fee_item_id,
            "name": FEE_NAME,
            "tax_class": "",
            "tax_status": "taxable",
            "amount": f"{fee.net:.2f}",
            "total": f"{fee.net:.2f}",
            "total_tax": f"{fee.tax:.2f}",
            "taxes": taxes(order, f"{fee.tax:.2f}", ""),
            "meta_data": [],
        }
    ]


def coupon_lines(order: PlacedOrder) -> list[JsonValue]:
    """The coupon, where one was used."""
    coupon = order.coupon
    if coupon is None:
        return []
    info = coupon_info(order)
    meta: JsonValue = [
        {
            "id": coupon.info_meta_id,
            "key": "coupon_info",
            "value": info,
            "display_key": "coupon_info",
            "display_value": info,
        }
    ]
    return [
        {
            "id": coupon.item_id,
            "code": coupon.code,
            "discount": f"{order.amounts.discount:.2f}",
            "discount_tax": f"{order.amounts.discount_tax:.2f}",
            "meta_data": meta,
            "discount_type": DISCOUNT_TYPE,
            "nominal_amount": number(float(coupon.percent)),
            "free_shipping": False,
        }
    ]


def coupon_info(order: PlacedOrder) -> str:
    """What the coupon was worth when it was used: id, code, type and amount, as WooCommerce keeps it (since 8.7)."""
    coupon = order.coupon
    if coupon is None:
        return ""
    value: JsonValue = [coupon.coupon_id, coupon.code, DISCOUNT_TYPE, number(float(coupon.percent))]
    return json_encode(value).decode("ascii")
