"""A product or variation as the REST API shows it, from wp_posts and wp_postmeta.

Type, categories and texts are not captured: WordPress keeps the first two in its taxonomies.
Source: WooCommerce, WC_Product_Data_Store_CPT, WC_REST_Products_Controller.
"""

from collections.abc import Sequence

from streams.sources.assembly.dates import gmt
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, identifier, integer, reference, text

TYPE, VARIATION = "product", "product_variation"
KEPT_META = frozenset({"_sku", "_price", "_manage_stock", "_stock", "_stock_status"})


def status(row: Json) -> str:
    """The post's status."""
    return text(row, "post_status")


def payload(rows: Rows, _parts: Sequence[Part] = ()) -> Json | None:
    """The product; None while its post, or the meta value that every product has, has not come."""
    post, meta = rows.one("posts"), rows.meta("postmeta")
    if post is None or "_stock_status" not in meta:
        return None
    return {
        "id": identifier(post, "ID"),
        "name": text(post, "post_title"),
        "date_created_gmt": gmt(post, "post_date_gmt"),
        "date_modified_gmt": gmt(post, "post_modified_gmt"),
        **({"type": "variation"} if text(post, "post_type") == VARIATION else {}),
        "status": status(post),
        "sku": meta.get("_sku", ""),
        # A variable product has a row for its lowest and one for its highest price; the first is what it costs.
        "price": meta.get("_price", ""),
        "manage_stock": meta.get("_manage_stock") == "yes",
        "stock_quantity": _stock(meta),
        "parent_id": reference(post, "post_parent"),
    }


def _stock(meta: Json) -> int | None:
    """Whole pieces, as PHP's intval reads what SQL has added up; None when there is no number."""
    whole = text(meta, "_stock").partition(".")[0]
    return integer({"_stock": whole}, "_stock") if whole else None
