"""TGI's grammars as text for LLGuidance, the grammar engine that llama.cpp is built with here.

TGI (through Outlines) lets an object hold the named properties only, in their order, with at most one space between
tokens. LLGuidance is told the same, else a small model fills its answer with blanks and invented properties.
Syntax: https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

import json
import re
from typing import Any

from infra.local.model.errors import RequestInvalidError
from infra.local.model.wire.generate import Grammar, JsonGrammar, RegexGrammar

MAX_GRAMMAR_CHARS = 65_536
MAX_SCHEMA_DEPTH = 64
_HEADER = "%llguidance {}\n"
_STYLE = {"whitespace_flexible": False, "key_separator": ": ", "item_separator": ", "}


def compile_grammar(grammar: Grammar) -> str:
    """The rule `answer: ...` for `grammar`, to be completed by `as_start` or `as_probe`.

    Raises `RequestInvalidError` when a JSON schema is none, or has no top-level `properties` (TGI's rule), or when
    the grammar is too large. Whether the engine understands the rule, only the engine can tell.
    """
    rule = _regex_rule(grammar.value) if isinstance(grammar, RegexGrammar) else _schema_rule(_schema_of(grammar))
    if len(rule) > MAX_GRAMMAR_CHARS:
        raise RequestInvalidError(f"grammar is not valid: it is longer than {MAX_GRAMMAR_CHARS} characters")
    return rule


def as_start(rule: str) -> str:
    """The grammar whose answers are those of `rule`."""
    return f"{_HEADER}start: answer\n{rule}"


def as_probe(rule: str, literal: str) -> str:
    """The grammar whose answers are `literal` followed by an answer of `rule`."""
    return f"{_HEADER}start: {json.dumps(literal)} answer\n{rule}"


def _schema_of(grammar: Any) -> Any:
    value = grammar.value if isinstance(grammar, JsonGrammar) else grammar.value.schema_
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (json.JSONDecodeError, RecursionError):
            raise RequestInvalidError("grammar is not valid: the schema is a text that is no JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("properties"), dict):
        raise RequestInvalidError("grammar is not valid: Grammar must have a 'properties' field")
    return value


def _schema_rule(schema: dict[str, Any]) -> str:
    closed = _close(schema, depth=0)
    return f"answer: %json {json.dumps({'x-guidance': _STYLE} | closed)}"


def _close(node: Any, *, depth: int) -> Any:
    """Refuse properties that no schema names, at every depth, where the schema leaves it open."""
    if depth > MAX_SCHEMA_DEPTH:
        raise RequestInvalidError(f"grammar is not valid: the schema is nested deeper than {MAX_SCHEMA_DEPTH} levels")
    if isinstance(node, list):
        return [_close(item, depth=depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _close(value, depth=depth + 1) for key, value in node.items() if key != "x-guidance"}
    if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
        closed["additionalProperties"] = False
    return closed


def _regex_rule(pattern: str) -> str:
    if not pattern:
        raise RequestInvalidError("grammar is not valid: the regular expression is empty")
    # Between slashes: escape the slashes that are not escaped yet, and write line breaks as escapes.
    escaped = re.sub(r"\\.|/", lambda found: r"\/" if found[0] == "/" else found[0], pattern, flags=re.DOTALL)
    escaped = escaped.replace("\r", r"\r").replace("\n", r"\n")
    if len(escaped) - len(escaped.rstrip("\\")) & 1:
        raise RequestInvalidError("grammar is not valid: the regular expression ends in a lone backslash")
    return f"answer: /{escaped}/"
