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
from streams.sources.tables import TABLES


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entity as the database holds it."""

    entity: Entity
    header: str
    """The table whose row is the entity."""
    tables: tuple[str, ...]
    """All tables that it is rendered from, the header first."""
    status: Callable[[Json], str]
    """Status in a header row."""
    moves: Callable[[Rows, Change], bool]
    """Whether a row opens another version: whether it changes what moves with each save."""
    payload: Callable[[Rows, Sequence[Part]], Json | None]
    event: Callable[[Json, Lineage], CapturedEvent]
    complete: Callable[[Json], bool] = lambda _: True
    """Whether all that belongs to the payload has come."""
    header_last: bool = True
    """Whether a save that begins with details ends with the entity's own row; else other rows may follow it."""
    lasting: frozenset[str] = frozenset()
    """Tables whose rows go with the entity alone."""
    counters: frozenset[str] = frozenset()
    """Meta keys that count on with every sale: each value is a state of its own, whatever else stays as it was."""

    @property
    def primary(self) -> str:
        """Column of the header's id."""
        return TABLES[self.header].primary


def _columns(header: str, *names: str) -> Callable[[Rows, Change], bool]:
    def moves(rows: Rows, change: Change) -> bool:
        before = rows.one(header)
        return change.table == header and (
            before is None or any(before.get(name) != change.row.get(name) for name in names)
        )

    return moves


def _last_update(rows: Rows, change: Change) -> bool:
    """A customer's time of change is a row of the meta table; its first one belongs to the registration."""
    if change.table == "users":
        return rows.one("users") is None
    if text(change.row, "meta_key") != "last_update":
        return False
    return rows.meta("usermeta").get("last_update") not in (None, text(change.row, "meta_value"))


_POST_MOVES = _columns("posts", "post_status", "post_modified_gmt")
_POST = ("posts", "postmeta")
HPOS_ORDER = Kind(
    "order",
    order.HEADER,
    (order.HEADER, order.ADDRESSES, order.OPERATIONAL, order.META),
    order.status,
    _columns(order.HEADER, "status", "date_updated_gmt"),
    order.payload,
    entities.order,
    order.adds_up,
    header_last=False,
    lasting=frozenset({order.ADDRESSES, order.OPERATIONAL}),
)
LEGACY_ORDER = Kind("order", "posts", _POST, legacy.status, _POST_MOVES, legacy.payload, entities.order, order.adds_up)
PRODUCT = Kind(
    "product",
    "posts",
    _POST,
    product.status,
    _POST_MOVES,
    product.payload,
    entities.product,
    counters=frozenset({"_stock"}),
)
COUPON = Kind(
    "coupon",
    "posts",
    _POST,
    coupon.status,
    _POST_MOVES,
    coupon.payload,
    entities.coupon,
    counters=frozenset({"usage_count"}),
)
CUSTOMER = Kind(
    "customer", "users", ("users", "usermeta"), lambda _: "", _last_update, customer.payload, entities.customer
)

_POSTS = {legacy.TYPE: LEGACY_ORDER, product.TYPE: PRODUCT, product.VARIATION: PRODUCT, coupon.TYPE: COUPON}
# Posts whose rows are gathered; a refund is told as part of its order.
_POST_TYPES = _POSTS.keys() | {refund.TYPE}
_POST_META = legacy.KEPT_META | product.KEPT_META | coupon.KEPT_META
POST_TABLES = frozenset({*HPOS_ORDER.tables, *_POST})
USER_TABLES = frozenset(CUSTOMER.tables)


def is_kept(change: Change) -> bool:
    """Whether the row is one that an entity is rendered from: pages, menus and sessions of users are none."""
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
    post = rows.one("posts")
    if post is not None:
        return _POSTS.get(text(post, "post_type"))
    return CUSTOMER if rows.one("users") is not None else None


def kind_of_row(change: Change) -> Kind | None:
    """The kind that a header's row tells by itself."""
    match change.table:
        case "wc_orders":
            return HPOS_ORDER if text(change.row, "type") == "shop_order" else None
        case "posts":
            return _POSTS.get(text(change.row, "post_type"))
        case "users":
            return CUSTOMER
        case _:
            return None


def kind_of_tables(rows: Rows) -> Kind | None:
    """The kind whose details these are, though its own row has not come.

    Meta values of posts do not say whose they are: any kind of post asks for the same rows.
    """
    if any(name in HPOS_ORDER.tables for name in rows):
        return HPOS_ORDER
    return PRODUCT if "postmeta" in rows else CUSTOMER if "usermeta" in rows else None


def is_refund(rows: Rows) -> bool:
    """Whether the rows are a refund's, which is told as part of its order."""
    header, post = rows.one(order.HEADER), rows.one("posts")
    return refund.TYPE in (text(header or {}, "type"), text(post or {}, "post_type"))


def refund_of(rows: Rows, shop_id: str) -> Part | None:
    """The refund that the rows make up, for its order; None for anything else."""
    return refund.part(rows, shop_id) or refund.legacy(rows, shop_id)
