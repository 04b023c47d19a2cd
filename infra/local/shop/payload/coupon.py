"""`coupon.created` and `coupon.updated`: a discount code (WooCommerce REST API v3, resource coupons)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from infra.local.shop.payload.parts import JsonObject, dates, links


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon of per cents as the database holds it; times are UTC."""

    id: int
    code: str
    amount: Decimal
    created_at: datetime
    modified_at: datetime
    description: str = ""
    used: int = 0
    used_by: tuple[str, ...] = ()
    """Customer ids, and e-mail addresses of guests."""
    usage_limit: int | None = None
    expires_at: datetime | None = None
    status: str = "publish"


def coupon_payload(coupon: Coupon) -> JsonObject:
    """The body's value, keys in WooCommerce's order."""
    return {
        "id": coupon.id,
        "code": coupon.code,
        "amount": f"{coupon.amount:.2f}",
        "status": coupon.status,
        **dates("date_created", coupon.created_at),
        **dates("date_modified", coupon.modified_at),
        "discount_type": "percent",
        "description": coupon.description,
        **dates("date_expires", coupon.expires_at),
        "usage_count": coupon.used,
        "individual_use": False,
        "product_ids": [],
        "excluded_product_ids": [],
        "usage_limit": coupon.usage_limit,
        "usage_limit_per_user": None,
        "limit_usage_to_x_items": None,
        "free_shipping": False,
        "product_categories": [],
        "excluded_product_categories": [],
        "exclude_sale_items": False,
        "minimum_amount": "0.00",
        "maximum_amount": "0.00",
        "email_restrictions": [],
        "used_by": list(coupon.used_by),
        "meta_data": [],
        "_links": links("coupons", coupon.id),
    }
