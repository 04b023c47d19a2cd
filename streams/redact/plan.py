"""What to do with each field, worked out once from the two schemas' annotations and the policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streams.redact.policy import NOT_PERSONAL, Action, Policy, pii_of

# Fields of the redacted record that redaction itself writes.
STAMPED = frozenset({"region", "redacted_at", "policy_version", "detector_version"})


class ShapeError(ValueError):
    """Policy and captured schema do not yield the redacted schema; the message names the field and the remedy."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field. ``action`` keep on a record or array means: walk it by ``inner``. ``many``: an array."""

    name: str
    pii: str
    action: Action
    inner: tuple["FieldPlan", ...] = ()
    many: bool = False


def make_plan(captured: dict[str, Any], redacted: dict[str, Any], policy: Policy) -> tuple[FieldPlan, ...]:
    """The plan for the two schemas; ShapeError unless captured x policy gives exactly the redacted shape.

    A field that the redacted schema lacks is dropped, whatever the policy says, unless it says vault.
    """
    return _Planner(captured, redacted, policy).record(captured, redacted, "", STAMPED)


class _Planner:
    def __init__(self, captured: dict[str, Any], redacted: dict[str, Any], policy: Policy) -> None:
        self._captured, self._redacted = records_in(captured), records_in(redacted)
        self._policy = policy

    def record(
        self,
        captured: dict[str, Any],
        redacted: dict[str, Any] | None,
        path: str,
        stamped: frozenset[str] = frozenset(),
    ) -> tuple[FieldPlan, ...]:
        wanted = {field["name"]: field for field in redacted["fields"]} if redacted else {}
        ours = {field["name"] for field in captured["fields"]}
        if unknown := sorted(set(wanted) - ours - stamped):
            raise ShapeError(
                f"{path}{unknown[0]}: the redacted schema has it, the captured one has not: remove it or capture it"
            )
        return tuple(self._field(field, wanted.get(field["name"]), path) for field in captured["fields"])

    def _field(self, field: dict[str, Any], wanted: dict[str, Any] | None, path: str) -> FieldPlan:
        here = path + field["name"]
        pii = pii_of(field)
        action = self._policy.action(pii)
        if wanted is None:
            action = "vault" if action == "vault" else "drop"
        else:
            self._agree(action, pii, wanted, here)
        node, many = _inner(field["type"], self._captured)
        target, target_many = _inner(wanted["type"], self._redacted) if wanted else (None, many)
        if wanted and (many != target_many or not _same_kind(node, target)):
            raise ShapeError(f"{here}: the redacted schema gives it another type: make them equal")
        inner = self.record(node, target, f"{here}.") if isinstance(node, dict) else ()
        return FieldPlan(field["name"], pii, action, inner, many)

    def _agree(self, action: Action, pii: str, wanted: dict[str, Any], here: str) -> None:
        said = wanted.get("redacted", "keep")
        if action in ("drop", "vault"):
            does = "drops" if action == "drop" else "takes into the vault"
            raise ShapeError(f"{here}: policy {does} class {pii}, the redacted schema keeps it: remove it there")
        if said != action:
            raise ShapeError(
                f'{here}: policy says {action} for class {pii}, the redacted schema says {said}: set "redacted" there'
            )
        if action == "keep" and pii_of(wanted) != NOT_PERSONAL:
            raise ShapeError(f"{here}: kept, but the redacted schema calls it {pii_of(wanted)}: annotate both alike")


def annotations(named: Mapping[str, dict[str, Any]], name: str) -> tuple[FieldPlan, ...]:
    """The fields of one record with their classes alone: everything dropped, whatever a policy would say."""
    plans = []
    for field in named[name]["fields"]:
        node, many = _inner(field["type"], named)
        inner = annotations(named, node["name"]) if isinstance(node, dict) else ()
        plans.append(FieldPlan(field["name"], pii_of(field), "drop", inner, many))
    return tuple(plans)


def _same_kind(node: Any, target: Any) -> bool:
    if isinstance(node, dict) or isinstance(target, dict):
        return isinstance(node, dict) and isinstance(target, dict)
    return bool(node == target)


def _inner(node: Any, named: Mapping[str, dict[str, Any]]) -> tuple[Any, bool]:
    """The record inside a type, or the type as text; and whether it is an array."""
    if isinstance(node, list):
        others = [one for one in node if one != "null"]
        inner, many = _inner(others[0], named)
        return (inner if isinstance(inner, dict) else str(node)), many
    if isinstance(node, dict) and node["type"] == "array":
        return _inner(node["items"], named)[0], True
    if isinstance(node, dict) and node["type"] == "record":
        return node, False
    if isinstance(node, str) and node in named:
        return named[node], False
    return str(node), False


def records_in(node: Any) -> dict[str, dict[str, Any]]:
    """Records by name: Avro writes a record once and its name from then on."""
    found: dict[str, dict[str, Any]] = {}
    if isinstance(node, list):
        for one in node:
            found |= records_in(one)
    elif isinstance(node, dict) and node.get("type") == "record":
        found[node["name"]] = node
        for field in node["fields"]:
            found |= records_in(field["type"])
    elif isinstance(node, dict) and node.get("type") == "array":
        found |= records_in(node["items"])
    return found
