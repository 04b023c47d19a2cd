"""A coupon as the REST API shows it, from wp_posts and wp_postmeta. Who used it is not kept.

Source: WooCommerce, WC_Coupon_Data_Store_CPT, WC_REST_Coupons_Controller.
"""

import html
from collections.abc import Sequence

from streams.sources.assembly.amounts import amount
from streams.sources.assembly.dates import epoch, gmt
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, identifier, reference, text

TYPE = "shop_coupon"
KEPT_META = frozenset(
    {"discount_type", "coupon_amount", "usage_count", "usage_limit", "minimum_amount", "date_expires"}
)
_NEEDED = frozenset({"discount_type", "coupon_amount"})


def status(row: Json) -> str:
    """The post's status."""
    return text(row, "post_status")


def payload(rows: Rows, _parts: Sequence[Part] = ()) -> Json | None:
    """The coupon; None while its post, or a meta value that every coupon has, has not come."""
    post, meta = rows.one("posts"), rows.meta("postmeta")
    if post is None or not meta.keys() >= _NEEDED:
        return None
    return {
        "id": identifier(post, "ID"),
        # WooCommerce, wc_format_coupon_code: what the customer types in is compared in lower case.
        "code": html.unescape(text(post, "post_title")).strip().lower(),
        "amount": amount(meta, "coupon_amount"),
        "status": status(post),
        "date_created_gmt": gmt(post, "post_date_gmt"),
        "date_modified_gmt": gmt(post, "post_modified_gmt"),
        "discount_type": meta["discount_type"],
        "date_expires_gmt": epoch(meta, "date_expires"),
        "usage_count": reference(meta, "usage_count"),
        "usage_limit": reference(meta, "usage_limit") or None,
        "minimum_amount": amount(meta, "minimum_amount"),
    }
