"""Recorded deliveries and row changes as the messages that the redact stage reads. Pure.

A message's offset is its line: what the stage refuses later still names it.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import orjson
from multidict import CIMultiDict

from avro_schemas.codec import Codec
from streams.clock import from_ms
from streams.delivery.message import Message
from streams.redact.offline.answer import Line, LineError, decoded
from streams.sources.gateway.check import is_ping, unsigned
from streams.sources.gateway.head import TOPIC, WEBHOOK_ID
from streams.sources.gateway.rejected import Rejected
from streams.sources.tables import TABLES
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES

_DELIVERY = 'write {"headers": [[name, value], …], "body_b64": …}, or {"topic": "order.updated", "body": {…}}'
_CHANGE = 'write Debezium\'s change events in JSON: the envelope itself, or {"destination", "key", "value"}'


class Silent(Exception):  # noqa: N818  # no error: the line tells nothing, as it would not in the worker
    """``why`` the line tells nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def delivery(line: Line, shop_id: str, codec: Codec, at: datetime) -> Message:
    """A delivery as the gateway would write it; its signature is not asked for. `at`: when it names no time.

    LineError when the gateway would not take it, Silent for WooCommerce's ping.
    """
    given = decoded(line)
    body, headers = _body(given), _headers(given)
    if is_ping(body):
        raise Silent("ping")
    received_at = _moment(given.get("received_at"), at)
    try:
        record = unsigned(shop_id, headers, body, received_at)
    except Rejected as rejected:
        raise LineError(f"gateway: {rejected.outcome.replace('_', ' ')}", rejected.remedy) from None
    return Message(WOO_DELIVERIES, 0, line.number, None, codec.encode("woo_delivery", record), received_at)


def change(line: Line, at: datetime) -> Message:
    """A row change as Debezium would write it. `at`: when it names no time.

    LineError when it is none, Silent for a tombstone and for a table that Inland does not capture.
    """
    given = decoded(line)
    value = given.get("value") if "value" in given else given
    if isinstance(value, str):
        value = decoded(Line(line.number, value.encode(errors="replace")))
    if value is None:
        raise Silent("tombstone")
    if isinstance(value, dict) and isinstance(value.get("payload"), dict):
        value = value["payload"]
    if not isinstance(value, dict) or not isinstance(source := value.get("source"), dict):
        raise LineError("debezium: the value is no change-event envelope", _CHANGE)
    if isinstance(table := source.get("table"), str) and not table.endswith(tuple(TABLES)):
        raise Silent("table that Inland does not capture")
    return Message(SHOP_CDC_CHANGES, 0, line.number, None, _bytes(value), _written_at(value.get("ts_ms"), at))


def _headers(given: dict[str, Any]) -> "CIMultiDict[str]":
    headers = given.get("headers", [])
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    ):
        raise LineError("input: headers are no pairs of texts", _DELIVERY)
    found = CIMultiDict[str]([(str(name), str(value)) for name, value in pairs])
    if isinstance(topic := given.get("topic"), str):
        found.setdefault(TOPIC, topic)
    found.setdefault(WEBHOOK_ID, "1")
    return found


def _body(given: dict[str, Any]) -> bytes:
    if isinstance(packed := given.get("body_b64"), str):
        try:
            return base64.b64decode(packed, validate=True)
        except (binascii.Error, ValueError):
            raise LineError("input: body_b64 is no base64", _DELIVERY) from None
    match body := given.get("body"):
        case str():
            return body.encode(errors="replace")
        case dict():
            return _bytes(body)
    raise LineError("input: the line has no body", _DELIVERY)


def _bytes(value: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        raise LineError(
            "input: a text holds half of a surrogate pair", "write UTF-8: the gateway takes nothing else"
        ) from None


def _moment(text: object, otherwise: datetime) -> datetime:
    if not isinstance(text, str):
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written_at(milliseconds: object, otherwise: datetime) -> datetime:
    try:
        return from_ms(milliseconds) if type(milliseconds) is int else otherwise
    except OverflowError:
        return otherwise
