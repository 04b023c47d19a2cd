"""What distinguishes two redactions of the same change. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

# When and where a change was processed says nothing about what was done with it.
_OF_THE_RUN = frozenset({"redacted_at", "source_topic", "source_partition", "source_offset", "captured_at", "route"})
# Nor does which route was there first: the kind of a state follows from what was told before it, and a deletion
# happened when it was heard of.
_OF_THE_ORDER = frozenset({"event_type", "late"})
_BY_BOTH_ROUTES = frozenset({"order", "customer", "product", "coupon"})
VERSIONS = ("policy_version", "detector_version")


def differing(published: Mapping[str, Any], replayed: Mapping[str, Any]) -> list[str]:
    """Paths of the fields that differ; their values stay unsaid."""
    if published.get("route") != replayed.get("route"):
        published, replayed = _by_both(published), _by_both(replayed)
    return sorted(set(_paths(published, replayed, "")) - _of_the_order(published, replayed))


def _by_both(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event without what webhooks alone carry: WordPress keeps it in tables that are not captured."""
    order, product = event.get("order"), event.get("product")
    lines = [{name: line[name] for name in line if name != "sku"} for line in order["line_items"]] if order else []
    return {
        **event,
        "order": order and {**order, "line_items": lines},
        "product": product and {**product, "type": "", "categories": []},
    }


def _of_the_order(published: Mapping[str, Any], replayed: Mapping[str, Any]) -> frozenset[str]:
    if published.get("entity") not in _BY_BOTH_ROUTES:
        return frozenset()
    deleted = all(str(event.get("event_type")).endswith("_deleted") for event in (published, replayed))
    return _OF_THE_ORDER | {"occurred_at"} if deleted else _OF_THE_ORDER


def _paths(left: Any, right: Any, path: str) -> Iterator[str]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for name in left.keys() | right.keys():
            here = f"{path}.{name}".lstrip(".")
            if here not in _OF_THE_RUN:
                yield from _paths(left.get(name), right.get(name), here)
    elif left != right:
        yield path


def explain(paths: list[str]) -> str:
    """Why two redactions may differ, as far as the fields tell."""
    changed = [name for name in VERSIONS if name in paths]
    if changed:
        return f"{' and '.join(changed)} changed since it was published"
    if paths == ["subject"]:
        return "the region's pseudonym key changed since it was published"
    return "policy and detectors are the same: look into it"
