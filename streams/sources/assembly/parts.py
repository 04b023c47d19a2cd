"""Parts of an order whose own rows do not name it: put together where their rows are, and brought to the order.

A line's rows know the line alone, and a refund is a row with an id of its own. Both are rendered in their partition and
sent to the order's, through the topic shop.cdc.parts, keyed as the order's rows are.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import orjson

from streams.delivery.refusal import RefusedError
from streams.sources.fields import Json, child, identifier, text

PartKind = Literal["line", "fee", "refund"]
_REMEDY = "only the redact stage may write here; see who else did"


@dataclass(frozen=True, slots=True)
class Part:
    """One part as of `position`; `content` has the REST object's shape, None when the part was taken away."""

    shop_id: str
    order_id: int
    kind: PartKind
    part_id: int
    position: str
    content: Json | None = field(repr=False)

    @property
    def name(self) -> str:
        """What tells the parts of one order apart."""
        return f"{self.kind}/{self.part_id}"

    def encode(self) -> bytes:
        """For shop.cdc.parts."""
        told: dict[str, Any] = {
            "shop_id": self.shop_id,
            "order_id": self.order_id,
            "kind": self.kind,
            "part_id": self.part_id,
            "position": self.position,
            "content": self.content,
        }
        return orjson.dumps(told)


def decode(value: bytes | None) -> Part:
    """A record of shop.cdc.parts; RefusedError when it is none."""
    try:
        told = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        raise RefusedError("parts: the value is not JSON", _REMEDY) from None
    if not isinstance(told, dict) or told.get("kind") not in get_args(PartKind):
        raise RefusedError("parts: the value is no part of an order", _REMEDY)
    return Part(
        shop_id=text(told, "shop_id"),
        order_id=identifier(told, "order_id"),
        kind=told["kind"],
        part_id=identifier(told, "part_id"),
        position=text(told, "position"),
        content=None if told.get("content") is None else child(told, "content"),
    )
