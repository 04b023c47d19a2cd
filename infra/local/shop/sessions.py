"""The sessions that are there, and what lies in their carts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from infra.local.shop.changes import Ids, Table
from infra.local.shop.rows.cart import Cart


@dataclass(frozen=True, slots=True)
class LeftCart:
    """A cart with goods in it that nobody came back to."""

    session_id: int
    key: str
    total: Decimal
    changed_at: datetime


class Sessions:
    """Sessions by key; a customer's outlives the run."""

    def __init__(self, known: Mapping[str, int]) -> None:
        """`known`: ids of the sessions that the database holds."""
        self._ids = dict(known)
        self._carts: dict[str, tuple[Cart, datetime]] = {}

    def number(self, key: str, ids: Ids) -> int:
        """Id of a session; of a new one where there is none."""
        if key not in self._ids:
            self._ids[key] = ids.take(Table.SESSIONS)
        return self._ids[key]

    def keep(self, key: str, cart: Cart, now: datetime) -> bool:
        """Remember what lies in the cart; False when that is what lay there."""
        before = self._carts.get(key)
        if before and before[0].goods == cart.goods:
            return False
        self._carts[key] = cart, now
        return bool(before or cart.lines)

    def left(self) -> Iterator[LeftCart]:
        """Carts that hold something."""
        for key, (cart, changed_at) in self._carts.items():
            if cart.lines:
                yield LeftCart(self._ids[key], key, cart.total, changed_at)
