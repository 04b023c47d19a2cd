"""What is answered: one JSON object a line, and errors that hold nothing of what was read."""

import json
from dataclasses import dataclass
from typing import Any

import orjson


class LineError(ValueError):
    """A line that cannot be answered. ``rule``: which one it breaks; ``remedy``: what to do. Nothing of its content."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One line of the input. ``number`` counts from 1; ``data`` is None for one that is over the limit."""

    number: int
    data: bytes | None


def error(number: int, failed: LineError) -> dict[str, Any]:
    """The answer for a line that has none."""
    return {"error": {"line": number, "rule": failed.rule, "remedy": failed.remedy}}


def encoded(answer: object) -> bytes:
    """The answer as a line: dates as ISO 8601, amounts as strings."""
    try:
        return orjson.dumps(answer, default=str, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # A lone half of a surrogate pair is no UTF-8: as an escape it may stand in JSON.
        return json.dumps(answer, default=str).encode() + b"\n"


def decoded(line: Line) -> dict[str, Any]:
    """The JSON object of a line; LineError when it is none."""
    if line.data is None:
        raise LineError("input: the line is too long", "give at most 4 MiB a line")
    try:
        found = _json(line.data)
    except (ValueError, RecursionError):
        raise LineError("input: the line is no JSON", "write one JSON object a line, in UTF-8") from None
    if not isinstance(found, dict):
        raise LineError("input: the line is no JSON object", "write one JSON object a line") from None
    return found


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        # The standard parser takes halves of surrogate pairs, too.
        return json.loads(data.decode("utf-8"))
