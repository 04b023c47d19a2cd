"""The version of an entity at a place in the binlog, once all that belongs to it has come. Pure."""

from streams.sources.assembly.kinds import Kind
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json
from streams.sources.versions.kept_parts import KeptParts, Place


def whole(kind: Kind, rows: Rows, parts: KeptParts, place: Place, *, force: bool) -> Json | None:
    """The version with all its parts, or with those that there are when `force` says so; None while it is not whole.

    Lines that were written between the version's own row and the next one's are of either save: they must add up.
    RefusedError when one of the rows cannot be read.
    """
    # As of its own row first: of a line whose quantity has come and whose amounts have not, the sum is still right.
    for at in (Place(place.written, place.written), place) if place.ended else (place,):
        payload = kind.payload(rows, parts.at(at))
        if payload is None or (kind.complete(payload) and _saved(payload, parts, place)):
            return payload
    return kind.payload(rows, parts.at(place)) if force else None


def _saved(payload: Json, parts: KeptParts, place: Place) -> bool:
    """Whether no save is under way: a refund's ends with the order's own row, unless that was refunded before."""
    return payload.get("status") == "refunded" or not parts.pending(place)
