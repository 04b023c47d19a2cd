"""What will happen in the shop, as values: orders, what becomes of them afterwards, and chores beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from infra.local.shop.model import (
    Address,
    BasketLine,
    LabelledText,
    OrderPath,
    Payment,
    Person,
    Product,
)


class Group(StrEnum):
    """What a shop does beside selling; each can be left out of a plan."""

    EDITS = "edits"
    REFUNDS = "refunds"
    TRASH = "trash"
    FEES = "fees"
    COUPONS = "coupons"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    REVIEWS = "reviews"
    CARTS = "carts"
    OPTIONS = "options"


EVERYTHING = frozenset(Group)


@dataclass(frozen=True, slots=True)
class Readdress:
    """Staff correct where the goods go; the tax stays as it was."""

    recipient: Person


@dataclass(frozen=True, slots=True)
class Requantify:
    """Staff change how many pieces of a line are ordered; only while the order can still be edited."""

    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PartRefund:
    """One piece of a line is given back; the order's status stays."""

    line: int
    reason: LabelledText


class Bin(StrEnum):
    """An order goes to the trash, and what becomes of it there; `ERASED_AT_ONCE` skips the trash."""

    KEPT = "kept"
    RESTORED = "restored"
    ERASED = "erased"
    ERASED_AT_ONCE = "erased_at_once"


OrderAct: TypeAlias = Readdress | Requantify | PartRefund | Bin


class ReviewAct(StrEnum):
    """What becomes of a review. `ERASED` is deleted out of the trash."""

    EDITED = "edited"
    HELD = "held"
    APPROVED = "approved"
    TRASHED = "trashed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """A review that the customer will post: of which product, with how many stars (1..5), and what follows."""

    product: Product
    rating: int
    text: LabelledText
    acts: tuple[ReviewAct, ...] = ()
    second: LabelledText | None = None
    """What it says once it was edited."""


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """One checkout from cart to its end.

    `created_after` says after which status change `order.created` is delivered: WooCommerce builds the payload at
    delivery time, so the event may carry a later status. `pauses` are seconds before each step.
    """

    number: int
    customer: Person
    recipient: Person
    lines: tuple[BasketLine, ...]
    payment: Payment
    path: OrderPath
    created_after: int
    sepa: bool
    customer_note: LabelledText | None
    staff_notes: tuple[LabelledText, ...]
    reviews: tuple[ReviewPlan, ...]
    refund_reason: LabelledText | None
    pauses: tuple[float, ...]
    acts: tuple[OrderAct, ...] = ()
    """Edits come before the order is processed, the rest after its last status."""
    fee: Decimal = Decimal(0)
    """Of a gift wrapping, without tax; 0 for none."""
    coupon: str = ""
    """Code of one of the shop's standing coupons."""
    grown: bool = False
    """Whether the cart was filled line by line before the checkout."""
    returns: bool = False
    """Whether the shopper left the cart for a while, came back, and bought."""


@dataclass(frozen=True, slots=True)
class CustomerLife:
    """Somebody registers who never orders, moves house, and perhaps closes the account."""

    person: Person
    moved: Address
    deleted: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """A customer of the shop gives a new address for future orders."""

    person: Person
    moved: Address


class Shelf(StrEnum):
    """How a seasonal product ends."""

    KEPT = "kept"
    TRASHED = "trashed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ProductLife:
    """A seasonal product: drafted, published, given another price and name, perhaps taken back and removed."""

    product: Product
    price: Decimal
    name: str
    withdrawn: bool
    """Whether it goes back to draft once."""
    end: Shelf


@dataclass(frozen=True, slots=True)
class Restock:
    """Pieces of a product come in."""

    sku: str
    pieces: int


@dataclass(frozen=True, slots=True)
class CouponLife:
    """A coupon for a season: created, changed, trashed or erased. The code gets the coupon's id behind `word`."""

    word: str
    amount: Decimal
    changed: Decimal
    end: Shelf


@dataclass(frozen=True, slots=True)
class CartLife:
    """Somebody fills a cart, line by line, and does not buy; with `person` the address is known. Perhaps comes back."""

    number: int
    person: Person | None
    lines: tuple[BasketLine, ...]
    returns: bool
    """Comes back after a while, changes the cart, and leaves it again."""


@dataclass(frozen=True, slots=True)
class SettingSaved:
    """A setting is saved, and WordPress leaves its own noise beside it: transients and the cron list."""

    name: str
    value: str = field(repr=False)
    turn: int


Chore: TypeAlias = CustomerLife | Removal | ProductLife | Restock | CouponLife | CartLife | SettingSaved


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """Everything that will happen, fixed by the seed alone. Chores begin with the order of their number."""

    seed: int
    catalogue: tuple[Product, ...]
    customers: tuple[Person, ...]
    orders: tuple[OrderPlan, ...]
    chores: Mapping[int, tuple[Chore, ...]] = field(default_factory=dict)
