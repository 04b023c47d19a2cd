"""Policy times captured schema must give exactly the redacted schema."""

import copy
from typing import Any

import pytest

from avro_schemas.schemas import schema
from streams.redact.plan import ShapeError, make_plan
from streams.redact.policy import load_policy


def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    return copy.deepcopy(schema("captured_event").source), copy.deepcopy(schema("commerce_event").source)


def _field(source: dict[str, Any], *path: str) -> dict[str, Any]:
    fields = source["fields"]
    for name in path[:-1]:
        found = next(field for field in fields if field["name"] == name)
        fields = next(one for one in found["type"] if isinstance(one, dict))["fields"]
    return dict(next(field for field in fields if field["name"] == path[-1]))


def _replace(source: dict[str, Any], record: str, name: str, **changes: Any) -> None:
    outer = next(field for field in source["fields"] if field["name"] == record)
    fields = next(one for one in outer["type"] if isinstance(one, dict))["fields"]
    fields[:] = [{**field, **changes} if field["name"] == name else field for field in fields]


def test_the_shipped_schemas_and_policy_agree() -> None:
    make_plan(*_schemas(), load_policy())


def test_a_personal_field_in_the_redacted_schema_is_refused() -> None:
    captured, redacted = _schemas()
    outer = next(field for field in redacted["fields"] if field["name"] == "order")
    next(one for one in outer["type"] if isinstance(one, dict))["fields"].append(
        _field(captured, "order", "ip_address")
    )
    with pytest.raises(ShapeError, match=r"order\.ip_address: policy drops class ip_address"):
        make_plan(captured, redacted, load_policy())


def test_a_free_text_that_is_not_said_to_be_searched_is_refused() -> None:
    captured, redacted = _schemas()
    _replace(redacted, "note", "content", redacted="token")
    with pytest.raises(ShapeError, match=r"note\.content: policy says detect"):
        make_plan(captured, redacted, load_policy())


def test_a_field_that_was_never_captured_is_refused() -> None:
    captured, redacted = _schemas()
    redacted["fields"].append({"name": "mood", "type": "string", "pii": "none"})
    with pytest.raises(ShapeError, match="mood"):
        make_plan(captured, redacted, load_policy())


def test_another_type_is_refused() -> None:
    captured, redacted = _schemas()
    _replace(redacted, "review", "approved", type="string")
    with pytest.raises(ShapeError, match=r"review\.approved"):
        make_plan(captured, redacted, load_policy())


def test_an_annotation_lost_from_a_captured_text_makes_it_free_text_and_is_refused() -> None:
    captured, redacted = _schemas()
    outer = next(field for field in captured["fields"] if field["name"] == "order")
    fields = next(one for one in outer["type"] if isinstance(one, dict))["fields"]
    del next(field for field in fields if field["name"] == "status")["pii"]
    with pytest.raises(ShapeError, match=r"order\.status: policy says detect"):
        make_plan(captured, redacted, load_policy())
