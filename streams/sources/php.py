"""PHP's `unserialize` for data that nobody vouches for: what a shop's plugins wrote into sessions and meta. Pure.

No object comes to life: an object is read as the mapping of its properties, its class is forgotten. Bytes, depth and
values are bounded, and nothing recurses. PyPI's phpserialize is unmaintained and bounds none of them.
Source: PHP manual, `serialize`; php-src, ext/standard/var_unserializer.re.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

PhpValue: TypeAlias = "bool | int | float | str | Mapping[int | str, PhpValue] | None"

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_VALUES = 100_000
"""More than a captured text can hold, but for references: a value counts again each time it is referred to."""

_LARGEST = 2**63 - 1
_TOKEN = re.compile(
    rb"""(?P<null>N;)
    |b:(?P<bool>[01]);
    |i:(?P<int>[+-]?[0-9]{1,19});
    |d:(?P<float>NAN|-?INF|[+-]?(?:[0-9]{1,330}\.?[0-9]{0,330}|\.[0-9]{1,330})(?:[eE][+-]?[0-9]{1,3})?);
    |s:(?P<string>[0-9]{1,9}):"
    |a:(?P<array>[0-9]{1,9}):\{
    |O:(?P<object>[0-9]{1,9}):"
    |E:(?P<enum>[0-9]{1,9}):"
    |(?P<refer>[Rr]):(?P<slot>[0-9]{1,9});""",
    re.VERBOSE,
)
_PROPERTIES = re.compile(rb'":([0-9]{1,9}):\{')


class PhpError(ValueError):
    """The text is no PHP value, or one beyond the bounds. Says what and at which byte, never the value."""


def unserialize(data: bytes | str) -> PhpValue:
    """The value that PHP's `serialize` wrote; PhpError for anything else. Arrays and objects are read-only mappings.

    A string that is no UTF-8 keeps what can be read of it. Values that PHP shares by reference are shared here too,
    unless they hold themselves: that is refused.
    """
    try:
        raw = data.encode() if isinstance(data, str) else data
    except UnicodeEncodeError:
        raise PhpError("php: the text is no Unicode") from None
    if len(raw) > MAX_BYTES:
        raise PhpError(f"php: more than {MAX_BYTES} bytes")
    return _Reader(raw.strip()).read()


def as_list(value: PhpValue) -> list[PhpValue] | None:
    """The items of an array whose keys count from 0, in order; None for any other value. An empty array is a list."""
    if isinstance(value, Mapping) and list(value) == list(range(len(value))):
        return list(value.values())
    return None


class _Done(NamedTuple):
    """A complete value. `size` counts the values within and itself; `height` the arrays within one another."""

    value: PhpValue
    size: int = 1
    height: int = 0


class _Open:
    """An array or object that is being read."""

    __slots__ = ("height", "is_object", "key", "left", "size", "slot", "values")

    def __init__(self, slot: int, left: int, *, is_object: bool) -> None:
        self.slot, self.left, self.is_object = slot, left, is_object
        self.values: dict[int | str, PhpValue] = {}
        self.key: int | str = ""
        self.size, self.height = 1, 1

    def take(self, done: _Done) -> None:
        self.values[self.key] = done.value
        self.left -= 1
        self.size += done.size
        self.height = max(self.height, done.height + 1)


class _Reader:
    """Reads one value, with a stack of its own in place of recursion."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0
        self._values = 0
        self._open: list[_Open] = []
        # Values as PHP numbers them; None while a value is not complete: what refers to it would hold itself.
        self._slots: list[_Done | None] = []

    def read(self) -> PhpValue:
        done = self._begin()
        while self._open:
            top = self._open[-1]
            if done is not None:
                top.take(done)
            if top.left:
                top.key = self._key(top)
                done = self._begin()
            else:
                done = self._end(self._open.pop())
        if done is None or self._at != len(self._raw):
            raise self._wrong("more than one value")
        return done.value

    def _begin(self) -> _Done | None:
        """Read a value; None when an array or object was opened instead."""
        token = _TOKEN.match(self._raw, self._at)
        if token is None:
            raise self._wrong("no value that is known")
        self._at = token.end()
        kind, digits = token.lastgroup, token[token.lastindex or 0]
        if kind == "slot":
            return self._referred(int(digits), shared=token["refer"] == b"R")
        self._count(1)
        if kind in ("array", "object"):
            self._push(int(digits), is_object=kind == "object")
            return None
        done = _Done(self._scalar(kind, digits))
        self._slots.append(done)
        return done

    def _scalar(self, kind: str | None, digits: bytes) -> PhpValue:
        match kind:
            case "string" | "enum":
                return self._text(int(digits))
            case "int":
                return self._integer(digits)
            case "float":
                return float(digits)
            case "bool":
                return digits == b"1"
            case _:
                return None

    def _push(self, number: int, *, is_object: bool) -> None:
        if is_object:
            properties = _PROPERTIES.match(self._raw, self._at + number)
            if properties is None:
                raise self._wrong("an object without properties")
            number, self._at = int(properties[1]), properties.end()
        if len(self._open) >= MAX_DEPTH:
            raise self._wrong(f"more than {MAX_DEPTH} levels")
        if number > MAX_VALUES:
            raise self._wrong(f"more than {MAX_VALUES} values")
        self._open.append(_Open(len(self._slots), number, is_object=is_object))
        self._slots.append(None)

    def _end(self, top: _Open) -> _Done:
        if self._raw[self._at : self._at + 1] != b"}":
            raise self._wrong("an array longer than it says")
        self._at += 1
        done = self._slots[top.slot] = _Done(top.values, top.size, top.height)
        return done

    def _referred(self, number: int, *, shared: bool) -> _Done:
        done = self._slots[number - 1] if 0 < number <= len(self._slots) else None
        if done is None:
            raise self._wrong("a reference to no value, or from within the value itself")
        # Shared values cost no memory, but whoever walks through them meets them each time.
        self._count(done.size)
        if len(self._open) + done.height > MAX_DEPTH:
            raise self._wrong(f"more than {MAX_DEPTH} levels")
        if not shared:
            self._slots.append(done)
        return done

    def _key(self, top: _Open) -> int | str:
        token = _TOKEN.match(self._raw, self._at)
        if token is None or token.lastgroup not in ("int", "string"):
            raise self._wrong("no key")
        self._at = token.end()
        if token.lastgroup == "int":
            return self._integer(token["int"])
        key = self._text(int(token["string"]))
        # "\0*\0name" and "\0Class\0name": a protected and a private property.
        return key.rpartition("\0")[2] if top.is_object and key.startswith("\0") else key

    def _text(self, length: int) -> str:
        start, end = self._at, self._at + length
        if self._raw[end : end + 2] != b'";':
            raise self._wrong("a string of another length than it says")
        self._at = end + 2
        return self._raw[start:end].decode(errors="replace")

    def _integer(self, digits: bytes) -> int:
        number = int(digits)
        if not -_LARGEST - 1 <= number <= _LARGEST:
            raise self._wrong("an integer beyond 64 bits")
        return number

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise self._wrong(f"more than {MAX_VALUES} values")

    def _wrong(self, what: str) -> PhpError:
        return PhpError(f"php: {what}, before byte {self._at}")
