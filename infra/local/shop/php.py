"""PHP's two ways of writing a value down: `serialize` (sessions, tax data) and `json_encode` (webhook bodies)."""

import json
from collections.abc import Mapping
from typing import TypeAlias

PhpValue: TypeAlias = "str | int | float | bool | Mapping[str, PhpValue] | Mapping[int, PhpValue] | None"
JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


def serialize(value: PhpValue) -> str:
    """Write a value as PHP's `serialize` does; string lengths count bytes of UTF-8."""
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, float):
        return f"d:{number(value)};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    inner = "".join(serialize(key) + serialize(item) for key, item in value.items())
    return f"a:{len(value)}:{{{inner}}}"


def number(value: float) -> int | float:
    """A float as PHP prints it: whole numbers without a fraction."""
    return int(value) if value.is_integer() else value


def json_encode(value: JsonValue) -> bytes:
    """Encode as `wp_json_encode` does: ASCII only, no spaces, slashes escaped."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode("ascii")
