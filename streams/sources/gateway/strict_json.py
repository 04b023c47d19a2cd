"""A signed body as one JSON object that every parser reads alike: no key twice, no deep nest, UTF-8 without a mark.

RFC 8259 leaves to the parser which of two equal keys counts: who checks and who maps later would see two bodies.
orjson takes the last one and says nothing, and the standard parser costs several times as much: so keys are counted.
Every key in the bytes has a colon behind its closing quote. When the parsed object holds as many keys as the bytes hold
`":`, none has been lost. When it does not, or blanks stand before a colon, the exact and slower parser decides: a text
may only look like a key.
"""

import json
from typing import Any

import orjson

from streams.sources.fields import Json
from streams.sources.gateway.rejected import Rejected

MAX_DEPTH = 64
"""Lists and objects within one another. A real order has six."""

_CHANGED = "see what changes the body between WooCommerce and the gateway"


def strict_object(body: bytes) -> Json:
    """The object in a body; Rejected with 400 when there is none, or more than one way to read it."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        deep = str(error).startswith("depth limit")
        raise (_too_deep() if deep else Rejected(400, "malformed_json", _CHANGED)) from None
    if not isinstance(found, dict):
        raise Rejected(400, "no_object", "the body must be a JSON object, as WooCommerce sends it")
    if _keys(found, MAX_DEPTH) != body.count(b'":') or _blank_before_colon(body):
        json.loads(body, object_pairs_hook=_without_repetition)  # the depth is known to be harmless by now
    return found


def _keys(found: Any, depth: int) -> int:
    """How many keys the list or object holds, all its objects together."""
    if not depth:
        raise _too_deep()
    number, values = (len(found), found.values()) if type(found) is dict else (0, found)
    for value in values:
        if value and (type(value) is dict or type(value) is list):
            number += _keys(value, depth - 1)
    return number


def _blank_before_colon(body: bytes) -> bool:
    """Whether there may be one. Single bytes are found fastest, and PHP writes none of these three."""
    return b"\n" in body or b"\t" in body or b"\r" in body or b" :" in body


def _too_deep() -> Rejected:
    return Rejected(400, "too_deep", f"the body nests more than {MAX_DEPTH} levels: see what the shop's plugins add")


def _without_repetition(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise Rejected(400, "repeated_key", "the body holds a key twice: " + _CHANGED)
