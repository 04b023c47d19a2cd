"""A refund as part of the order that it is for, from the rows that the refund has of its own."""

from streams.sources.assembly.amounts import exact, rounded
from streams.sources.assembly.order import HEADER, META
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, identifier, integer, text

TYPE = "shop_order_refund"


def part(rows: Rows, shop_id: str) -> Part | None:
    """The refund; None while its amount has not come, or when its order is not known."""
    header = rows.one(HEADER)
    if header is None or text(header, "type") != TYPE or integer(header, "parent_order_id", 0) <= 0:
        return None
    meta = rows.meta(META)
    if "_refund_amount" not in meta:
        return None
    order_id, number = integer(header, "parent_order_id"), identifier(header, "id")
    return Part(shop_id, order_id, "refund", number, rows.position, _content(number, meta))


def legacy(rows: Rows, shop_id: str) -> Part | None:
    """The same from wp_posts and wp_postmeta."""
    post = rows.one("posts")
    if post is None or text(post, "post_type") != TYPE or integer(post, "post_parent", 0) <= 0:
        return None
    meta = rows.meta("postmeta")
    if "_refund_amount" not in meta:
        return None
    order_id, number = integer(post, "post_parent"), identifier(post, "ID")
    return Part(shop_id, order_id, "refund", number, rows.position, _content(number, meta))


def removed(row: Json, shop_id: str, position: str) -> Part | None:
    """The part that a deleted refund row takes away from its order."""
    kind, parent = ("type", "parent_order_id") if "type" in row else ("post_type", "post_parent")
    if text(row, kind) != TYPE or integer(row, parent, 0) <= 0:
        return None
    number = identifier(row, "id" if "id" in row else "ID")
    return Part(shop_id, integer(row, parent), "refund", number, position, None)


def _content(number: int, meta: dict[str, str]) -> Json:
    amount = rounded(abs(exact(meta, "_refund_amount")))
    return {"id": number, "reason": meta.get("_refund_reason", ""), "total": f"-{amount}"}
