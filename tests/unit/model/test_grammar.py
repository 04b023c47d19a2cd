"""TGI's grammars as LLGuidance's."""

import json
from typing import Any

import pytest

from infra.local.model.errors import RequestInvalidError
from infra.local.model.grammar import MAX_GRAMMAR_CHARS, as_probe, as_start, compile_grammar
from infra.local.model.wire.generate import GenerateParameters

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"label": {"enum": ["a", "b"]}}, "required": ["label"]}


def rule(grammar: dict[str, Any]) -> str:
    parsed = GenerateParameters.model_validate({"grammar": grammar}).grammar
    assert parsed is not None
    return compile_grammar(parsed)


def schema_in(text: str) -> Any:
    return json.loads(text.removeprefix("answer: %json "))


@pytest.mark.parametrize(
    "grammar",
    [
        {"type": "json", "value": SCHEMA},
        {"type": "json", "value": json.dumps(SCHEMA)},
        {"type": "json_object", "value": SCHEMA},
        {"type": "json_schema", "value": {"name": "labels", "schema": SCHEMA}},
    ],
)
def test_a_schema_means_the_same_in_every_form_it_may_come_in(grammar: dict[str, Any]) -> None:
    assert schema_in(rule(grammar))["properties"] == SCHEMA["properties"]


def test_properties_that_no_schema_names_are_refused_at_every_depth() -> None:
    nested = {"properties": {"inner": SCHEMA, "open": {"properties": {}, "additionalProperties": True}}}
    closed = schema_in(rule({"type": "json", "value": nested}))
    assert closed["additionalProperties"] is False
    assert closed["properties"]["inner"]["additionalProperties"] is False
    assert closed["properties"]["open"]["additionalProperties"] is True


def test_a_caller_cannot_change_the_style_of_the_answer() -> None:
    style = schema_in(rule({"type": "json", "value": {**SCHEMA, "x-guidance": {"whitespace_flexible": True}}}))
    assert style["x-guidance"]["whitespace_flexible"] is False


@pytest.mark.parametrize("value", [{"type": "object"}, {"properties": 1}, [], "no json", "[", 3, None])
def test_a_schema_without_properties_is_refused(value: object) -> None:
    with pytest.raises(RequestInvalidError):
        rule({"type": "json", "value": value})


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("a|b", r"answer: /a|b/"),
        ("a/b", r"answer: /a\/b/"),
        (r"a\/b", r"answer: /a\/b/"),
        (r"\\/", r"answer: /\\\//"),
        ("a\nb", r"answer: /a\nb/"),
        ('x/\nstart: "y"', 'answer: /x\\/\\nstart: "y"/'),
    ],
)
def test_a_regular_expression_cannot_leave_its_slashes(pattern: str, written: str) -> None:
    assert rule({"type": "regex", "value": pattern}) == written


@pytest.mark.parametrize("pattern", ["", "a\\", "x" * (MAX_GRAMMAR_CHARS + 1)])
def test_a_regular_expression_that_cannot_be_written_is_refused(pattern: str) -> None:
    with pytest.raises(RequestInvalidError, match="grammar is not valid"):
        rule({"type": "regex", "value": pattern})


def test_a_schema_nested_without_end_is_refused() -> None:
    schema: dict[str, Any] = {"properties": {}}
    for _ in range(80):
        schema = {"properties": {"a": schema}}
    with pytest.raises(RequestInvalidError, match="nested deeper"):
        rule({"type": "json", "value": schema})


def test_a_probe_asks_for_the_literal_before_the_answer() -> None:
    assert 'start: "\\u2602" answer\nanswer: /a/' in as_probe("answer: /a/", "\u2602")
    assert "start: answer\nanswer: /a/" in as_start("answer: /a/")
