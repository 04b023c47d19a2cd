"""Which kind of entity the rows of one aggregate make up, and how it is rendered.

Orders, products and coupons are posts to WordPress and share its ids, so that one aggregate is one of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from avro_schemas.records import CapturedEvent, Entity
from streams.sources import entities
from streams.sources.assembly import coupon, customer, legacy, order, product, refund
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change
from streams.sources.fields import Json, text
from streams.sources.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entity as the database holds it.

    `header`: the table whose row is the entity; `moving`: its columns that move with every saved change; `tables`: all
    tables that it is rendered from.
    """

    entity: Entity
    header: str
    primary: str
    moving: tuple[str, ...]
    tables: tuple[str, ...]
    status: Callable[[Json], str]
    payload: Callable[[Rows, Sequence[Part]], Json | None]
    event: Callable[[Json, Lineage], CapturedEvent]
    complete: Callable[[Json], bool]


HPOS_ORDER = Kind(
    "order",
    order.HEADER,
    "id",
    ("status", "date_updated_gmt"),
    (order.HEADER, order.ADDRESSES, order.OPERATIONAL, order.META),
    order.status,
    order.payload,
    entities.order,
    order.adds_up,
)
LEGACY_ORDER = Kind(
    "order",
    "posts",
    "ID",
    ("post_status", "post_modified_gmt"),
    ("posts", "postmeta"),
    legacy.status,
    legacy.payload,
    entities.order,
    order.adds_up,
)
PRODUCT = Kind(
    "product",
    "posts",
    "ID",
    ("post_status", "post_modified_gmt"),
    ("posts", "postmeta"),
    product.status,
    product.payload,
    entities.product,
    lambda _: True,
)
COUPON = Kind(
    "coupon",
    "posts",
    "ID",
    ("post_status", "post_modified_gmt"),
    ("posts", "postmeta"),
    coupon.status,
    coupon.payload,
    entities.coupon,
    lambda _: True,
)
# A customer's date of change is a meta value: nothing in the user's own row moves with every save.
CUSTOMER = Kind(
    "customer",
    "users",
    "ID",
    (),
    ("users", "usermeta"),
    lambda _: "",
    customer.payload,
    entities.customer,
    lambda _: True,
)
_POSTS = {legacy.TYPE: LEGACY_ORDER, product.TYPE: PRODUCT, product.VARIATION: PRODUCT, coupon.TYPE: COUPON}
_POST_META = legacy.KEPT_META | product.KEPT_META | coupon.KEPT_META
# Posts whose rows are gathered; a refund is told as part of its order.
_POST_TYPES = _POSTS.keys() | {refund.TYPE}
POST_TABLES = frozenset({*HPOS_ORDER.tables, "posts", "postmeta"})
USER_TABLES = frozenset({"users", "usermeta"})


def is_kept(change: Change) -> bool:
    """Whether the row is one that an entity is rendered from: pages, menus and drafts of posts are none."""
    match change.table:
        case "posts":
            return text(change.row, "post_type") in _POST_TYPES
        case "postmeta":
            return text(change.row, "meta_key") in _POST_META
        case "usermeta":
            return customer.is_kept(text(change.row, "meta_key"))
        case "wc_orders":
            return text(change.row, "type") in ("shop_order", refund.TYPE)
        case _:
            return True


def kind_of(rows: Rows) -> Kind | None:
    """The kind that the rows make up; None while the row that says it has not come, or for one that is no entity."""
    header = rows.one(order.HEADER)
    if header is not None:
        # In compatibility mode WooCommerce keeps a post beside it, which is no other order.
        return HPOS_ORDER if text(header, "type") == "shop_order" else None
    if rows.one("users") is not None:
        return CUSTOMER
    post = rows.one("posts")
    return _POSTS.get(text(post, "post_type")) if post is not None else None


def kind_of_row(change: Change) -> Kind | None:
    """The kind that a header's row tells by itself, for a deletion of what nobody remembers."""
    if change.table == order.HEADER:
        return HPOS_ORDER if text(change.row, "type") == "shop_order" else None
    if change.table == "users":
        return CUSTOMER
    return _POSTS.get(text(change.row, "post_type")) if change.table == "posts" else None


def kind_of_tables(rows: Rows) -> Kind | None:
    """The kind whose details these are, though its own row has not come; None where that row alone says it."""
    kinds = (HPOS_ORDER, CUSTOMER)
    return next((kind for kind in kinds if any(name in kind.tables for name in rows)), None)


def is_refund(rows: Rows) -> bool:
    """Whether the rows are a refund's, which is told as part of its order."""
    header = rows.one(order.HEADER)
    return header is not None and text(header, "type") == refund.TYPE


def refund_of(rows: Rows, shop_id: str) -> Part | None:
    """The refund that the rows make up, for its order; None for anything else."""
    return refund.part(rows, shop_id) or refund.legacy(rows, shop_id)
