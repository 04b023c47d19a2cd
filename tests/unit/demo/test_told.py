"""The shop's ledger, read as facts that must land."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams.demo.changes import Change
from streams.demo.told import Told, add_recorded, read_ledger

CHANGE = {"kind": "change", "event_type": "order_placed", "entity": "order", "id": 26, "about": 0, "name": ""}
WORDS = {"text": "Bel Maria", "spans": [{"type": "person", "value": "Maria"}]}


def _read(tmp_path: Path, *facts: dict[str, Any]) -> Told:
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("".join(json.dumps(fact) + "\n" for fact in facts), encoding="utf-8")
    return read_ledger(ledger, "demo")


@pytest.mark.parametrize(
    ("entity", "status", "read"), [("order", "pending", "pending"), ("order", None, ""), ("product", "publish", "")]
)
def test_a_change_keeps_the_second_it_bears_and_an_order_its_status(
    tmp_path: Path, entity: str, status: str | None, read: str
) -> None:
    fact = {**CHANGE, "entity": entity, "status": status, "changed_at": "2026-11-24T11:32:01+00:00"}
    assert _read(tmp_path, fact).changes == [Change("order_placed", entity, 26, 1_795_519_921, read)]


@pytest.mark.parametrize(
    ("source", "kind", "number"),
    [
        ("customer_note", "order", 5),
        ("order_note", "order_note", 5),
        ("review", "review", 5),
        ("review_edit", "review", 5),
        ("refund_reason", "order", 9),
    ],
)
def test_every_text_is_looked_for_at_the_entity_that_carries_it(
    tmp_path: Path, source: str, kind: str, number: int
) -> None:
    fact = {"kind": "text", "source": source, "id": 5, "about": 9, "text": WORDS, "in_webhook": True}
    (text,) = _read(tmp_path, fact).texts
    assert (text.kind, text.id, text.values) == (kind, number, ("Maria",))


def test_a_text_of_a_kind_that_nobody_looks_for_stops_the_demonstration(tmp_path: Path) -> None:
    fact = {"kind": "text", "source": "letter", "id": 5, "about": 9, "text": WORDS, "in_webhook": True}
    with pytest.raises(KeyError):
        _read(tmp_path, fact)


def test_recorded_deliveries_count_each_and_are_looked_for_by_entity_and_state() -> None:
    told = Told()
    bodies = [("order.updated", b'{"id":1,"status":"completed"}'), ("coupon.created", b'{"id":2,"status":"publish"}')]
    add_recorded(told, "kantoor", [*bodies, ("action.hook", b'{"id":3}')])
    assert told.acknowledged == 3
    assert told.deliveries == {("kantoor", "order", "1", "completed"), ("kantoor", "coupon", "2", "")}
