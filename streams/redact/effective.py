"""The effective policy: what the two schemas and the policy file together do with each field. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from avro_schemas.schemas import schema
from streams.redact.plan import FieldPlan, make_plan, records_in
from streams.redact.policy import Policy

_LEFT: Mapping[str, str] = {
    "keep": "as it is",
    "drop": "nothing, anywhere",
    "vault": "nothing; the original in the vault",
    "token": "a pseudonym; the original in the vault",
    "detect": "the text with placeholders; originals in the vault",
    "generalise": "a part; the rest of it nowhere",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One field. ``left``: what the event holds of it afterwards. ``purpose``: as the schema says, if it does."""

    field: str
    pii: str
    treatment: str
    left: str
    purpose: str | None


def effective(policy: Policy) -> tuple[Row, ...]:
    """One row a field that is read, in the schema's order. ShapeError when policy and schemas do not agree."""
    captured = schema("captured_event").source
    plan = make_plan(captured, schema("commerce_event").source, policy)
    return tuple(_rows(plan, captured, records_in(captured), policy, ""))


def _rows(
    plan: Sequence[FieldPlan], record: Mapping[str, Any], named: Mapping[str, Any], policy: Policy, path: str
) -> Iterator[Row]:
    fields = {field["name"]: field for field in record["fields"]}
    for one in plan:
        here = f"{path}{one.name}{'[]' if one.many else ''}"
        source = fields[one.name]
        if one.inner:
            yield from _rows(one.inner, _record(source["type"], named), named, policy, f"{here}.")
        else:
            treatment = policy.way(one.pii) if one.action == "generalise" else one.action
            yield Row(here, one.pii, treatment, _LEFT[one.action], source.get("purpose"))


def _record(node: Any, named: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record inside a field's type, by its own name or one defined before."""
    if isinstance(node, list):
        return next(_record(one, named) for one in node if one != "null")
    if isinstance(node, dict):
        return _record(node["items"], named) if node["type"] == "array" else node
    found: Mapping[str, Any] = named[node]
    return found
