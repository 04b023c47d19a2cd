"""What distinguishes two redactions of the same change. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

# When and where a change was processed says nothing about what was done with it.
_OF_THE_RUN = frozenset({"redacted_at", "source_topic", "source_partition", "source_offset", "captured_at", "route"})
VERSIONS = ("policy_version", "detector_version")


def differing(published: Mapping[str, Any], replayed: Mapping[str, Any]) -> list[str]:
    """Paths of the fields that differ; their values stay unsaid."""
    return sorted(_paths(published, replayed, ""))


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
