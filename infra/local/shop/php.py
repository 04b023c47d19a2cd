"""PHP's two ways of writing a value down: `serialize` (sessions, tax data) and `json_encode` (webhook bodies)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

PhpValue: TypeAlias = "str | int | float | bool | Mapping[str, PhpValue] | Mapping[int, PhpValue] | PhpObject | None"
JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class PhpObject:
    """An object of a class, all its properties protected: PHP writes their names between two NULs."""

    name: str
    properties: Mapping[str, PhpValue] = field(repr=False)


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
    if isinstance(value, PhpObject):
        properties = "".join(serialize(f"\0*\0{key}") + serialize(item) for key, item in value.properties.items())
        return f'O:{len(value.name)}:"{value.name}":{len(value.properties)}:{{{properties}}}'
    inner = "".join(serialize(_key(key)) + serialize(item) for key, item in value.items())
    return f"a:{len(value)}:{{{inner}}}"


def _key(key: str | int) -> str | int:
    """PHP turns a key that reads as a whole number into one."""
    return int(key) if isinstance(key, str) and re.fullmatch("0|[1-9][0-9]{0,17}", key) else key


def number(value: float) -> int | float:
    """A float as PHP prints it: whole numbers without a fraction."""
    return int(value) if value.is_integer() else value


def json_encode(value: JsonValue) -> bytes:
    """Encode as `wp_json_encode` does: ASCII only, no spaces, slashes escaped."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode("ascii")
