"""An order as the REST API shows it, from wp_posts and wp_postmeta: shops without High-Performance Order Storage.

Source: WooCommerce, WC_Order_Data_Store_CPT.
"""

from collections.abc import Sequence

from streams.sources.assembly.amounts import amount, exact, rounded
from streams.sources.assembly.dates import epoch, gmt
from streams.sources.assembly.order import ADDRESS, address, contents
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, identifier, integer, text

TYPE = "shop_order"
_ADDRESS = (*ADDRESS, "email", "phone")
KEPT_META = frozenset(
    {f"_{kind}_{name}" for kind in ("billing", "shipping") for name in _ADDRESS}
    | {"_order_total", "_order_tax", "_order_shipping", "_order_shipping_tax", "_cart_discount", "_cart_discount_tax"}
    | {"_order_currency", "_order_key", "_order_version", "_prices_include_tax", "_created_via", "_cart_hash"}
    | {"_payment_method", "_payment_method_title", "_transaction_id", "_date_paid", "_date_completed"}
    | {"_customer_user", "_customer_ip_address", "_customer_user_agent", "_refund_amount", "_refund_reason"}
)
_NEEDED = frozenset({"_order_total", "_order_key", "_order_currency"})


def status(row: Json) -> str:
    """The post's status without the prefix that the database puts before it."""
    return text(row, "post_status").removeprefix("wc-")


def payload(rows: Rows, parts: Sequence[Part]) -> Json | None:
    """The order; None while its post, or a meta value that every order has, has not come."""
    post, meta = rows.one("posts"), rows.meta("postmeta")
    if post is None or not meta.keys() >= _NEEDED:
        return None
    cart_tax, shipping_tax = exact(meta, "_order_tax"), exact(meta, "_order_shipping_tax")
    return {
        "id": identifier(post, "ID"),
        "parent_id": integer(post, "post_parent", 0),
        "status": status(post),
        "currency": meta["_order_currency"],
        "version": meta.get("_order_version", ""),
        "prices_include_tax": meta.get("_prices_include_tax") == "yes",
        "date_created_gmt": gmt(post, "post_date_gmt"),
        "date_modified_gmt": gmt(post, "post_modified_gmt"),
        "date_completed_gmt": epoch(meta, "_date_completed"),
        "date_paid_gmt": epoch(meta, "_date_paid"),
        "discount_total": amount(meta, "_cart_discount"),
        "discount_tax": amount(meta, "_cart_discount_tax"),
        "shipping_total": amount(meta, "_order_shipping"),
        "shipping_tax": rounded(shipping_tax),
        "cart_tax": rounded(cart_tax),
        "total": amount(meta, "_order_total"),
        "total_tax": rounded(cart_tax + shipping_tax),
        "customer_id": integer(meta, "_customer_user", 0),
        "order_key": meta["_order_key"],
        "billing": _address(meta, "billing", "email", "phone"),
        "shipping": _address(meta, "shipping", "phone"),
        "payment_method": meta.get("_payment_method", ""),
        "payment_method_title": meta.get("_payment_method_title", ""),
        "transaction_id": meta.get("_transaction_id", ""),
        "customer_ip_address": meta.get("_customer_ip_address", ""),
        "customer_user_agent": meta.get("_customer_user_agent", ""),
        "created_via": meta.get("_created_via", ""),
        "customer_note": text(post, "post_excerpt"),
        "cart_hash": meta.get("_cart_hash", ""),
        "number": str(identifier(post, "ID")),
        "meta_data": [],
        **contents(parts),
    }


def _address(meta: dict[str, str], kind: str, *more: str) -> dict[str, str]:
    prefix = f"_{kind}_"
    return address({key.removeprefix(prefix): value for key, value in meta.items() if key.startswith(prefix)}, *more)
