"""What the shop did, from its own ledger: the oracle that the pipeline is held against."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from streams.demo.changes import Change, Fact

# A row change of this status is not yet an order to anybody.
_DRAFTS = ("wc-checkout-draft", "auto-draft")

# What of the shop's webhooks is counted one by one.
_RESOURCES = ("order", "customer", "product", "coupon")

# Which entity's event carries a text of the ledger.
_TEXTS = {
    "customer_note": "order",
    "refund_reason": "order",
    "order_note": "order_note",
    "review": "review",
    "review_edit": "review",
}


@dataclass(slots=True)
class Told:
    """Facts by kind, each in the terms that ClickHouse can be asked about."""

    shop: str = ""
    """The generated shop, which `changes` are of."""
    deliveries: set[Fact] = field(default_factory=set)
    """(shop, entity, id, status) of every acknowledged webhook; the status is empty but for orders."""
    acknowledged: int = 0
    statuses: set[Fact] = field(default_factory=set)
    """(shop, order id, status) of every change of status committed to the database."""
    comments: set[Fact] = field(default_factory=set)
    """(shop, kind, id) of every order note and review committed to the database."""
    questions: set[Fact] = field(default_factory=set)
    """(shop, kind, id) of every text that a task reads for certain: reviews and customers' notes."""
    texts: list["Text"] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    """Every business change of the generated shop that is committed."""


@dataclass(frozen=True, slots=True)
class Text:
    """A free text as it was written, with the personal values that stand in it; `id` is that of the entity it is of."""

    kind: str
    id: int
    text: str = field(repr=False)
    values: tuple[str, ...] = field(repr=False)


def read_ledger(path: Path, shop: str) -> Told:
    """The facts of one run of the shop."""
    told = Told(shop)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            _take(told, shop, json.loads(line))
    return told


def add_recorded(told: Told, shop: str, bodies: Iterable[tuple[str, bytes]]) -> None:
    """Add recorded deliveries, all acknowledged: pairs of webhook topic and body; pings have no topic."""
    for topic, body in bodies:
        payload = orjson.loads(body)
        _delivery(told, shop, topic, payload["id"], payload.get("status", ""))


def _take(told: Told, shop: str, fact: dict[str, Any]) -> None:
    match fact:
        case {"kind": "webhook", "outcome": "acknowledged", "topic": topic} if topic != "ping":
            _delivery(told, shop, topic, fact["resource_id"], fact["status"])
        case {"kind": "row", "table": "wp_wc_orders", "what": "update", "detail": status} if (
            status.startswith("wc-") and status not in _DRAFTS
        ):
            told.statuses.add((shop, str(fact["id"]), status.removeprefix("wc-")))
        case {"kind": "row", "table": "wp_comments", "what": "insert", "detail": "order_note" | "review" as kind}:
            told.comments.add((shop, kind, str(fact["id"])))
        case {"kind": "change"}:
            told.changes.append(_change(fact))
        case {"kind": "text", "source": source, "text": text}:
            kind, number = _TEXTS[source], fact["about" if source == "refund_reason" else "id"]
            told.texts.append(Text(kind, number, text["text"], tuple(span["value"] for span in text["spans"])))
            if source == "review" or (source == "customer_note" and fact["in_webhook"]):
                told.questions.add((shop, kind, str(number)))


def _change(fact: dict[str, Any]) -> Change:
    second = int(datetime.fromisoformat(fact["changed_at"]).timestamp())
    status = (fact["status"] or "") if fact["entity"] == "order" else ""
    return Change(fact["event_type"], fact["entity"], fact["id"], second, status)


def _delivery(told: Told, shop: str, topic: str, resource_id: int, status: str) -> None:
    resource = topic.split(".", maxsplit=1)[0]
    told.acknowledged += 1
    if resource not in _RESOURCES:
        return
    told.deliveries.add((shop, resource, str(resource_id), status if resource == "order" else ""))
