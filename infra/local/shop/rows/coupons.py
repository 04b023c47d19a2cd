"""Coupons: posts of type shop_coupon with their meta, and the count of their use."""

from decimal import Decimal

from infra.local.shop import site
from infra.local.shop.changes import Change, Delete, SqlValue, Stamp, Table
from infra.local.shop.money import plain
from infra.local.shop.payload.coupon import Coupon
from infra.local.shop.rows import posts


def created(coupon: Coupon, stamp: Stamp) -> list[Change]:
    """A new coupon: the post, then its meta."""
    row = posts.post(
        coupon.id,
        stamp.now,
        post_author=1,
        post_title=coupon.code,
        post_excerpt=coupon.description,
        post_status=coupon.status,
        post_name=coupon.code,
        guid=f"{site.SITE_URL}/?post_type=shop_coupon&p={coupon.id}",
        post_type="shop_coupon",
    )
    nothing = ("product_ids", "exclude_product_ids", "usage_limit_per_user", "limit_usage_to_x_items",
               "minimum_amount", "maximum_amount")  # fmt: skip
    meta = {
        "discount_type": "percent",
        "coupon_amount": plain(coupon.amount),
        "individual_use": "no",
        **dict.fromkeys(nothing, ""),
        "usage_limit": str(coupon.usage_limit or ""),
        "usage_count": str(coupon.used),
        "date_expires": str(int(coupon.expires_at.timestamp())) if coupon.expires_at else "",
        "free_shipping": "no",
        "exclude_sale_items": "no",
    }
    return [row, *(posts.post_meta(coupon.id, key, value, stamp.ids) for key, value in meta.items())]


def changed(coupon_id: int, amount: Decimal, stamp: Stamp) -> list[Change]:
    """Another amount, saved by staff: the post comes first."""
    return [posts.saved(coupon_id, stamp.now), posts.set_meta(coupon_id, "coupon_amount", plain(amount))]


def counted(coupon_id: int, used: int, user: str, stamp: Stamp) -> list[Change]:
    """Used once more: no webhook tells it, and the coupon's date stays."""
    return [
        posts.set_meta(coupon_id, "usage_count", str(used)),
        posts.post_meta(coupon_id, "_used_by", user, stamp.ids),
    ]


def given_back(coupon_id: int, used: int, user: str) -> list[Change]:
    """An order was cancelled: the coupon counts as unused."""
    mark: dict[str, SqlValue] = {"post_id": coupon_id, "meta_key": "_used_by", "meta_value": user}
    return [posts.set_meta(coupon_id, "usage_count", str(used)), Delete(Table.POST_META, mark)]
