"""A replay names the fields that differ, never their values, and explains what it can."""

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.compliance.difference import differing, explain
from streams.delivery.reading import RangeError, parse_edge

EVENT: Any = {
    "event_id": "1",
    "redacted_at": 1,
    "policy_version": "1",
    "order": {"customer_note": "<PERSON_1>", "total": 3},
    "note": None,
}


def test_when_it_was_processed_is_no_difference() -> None:
    assert differing(EVENT, {**EVENT, "redacted_at": 2}) == []


def test_a_nested_difference_is_named_by_its_path() -> None:
    assert differing(EVENT, {**EVENT, "order": {"customer_note": "secret", "total": 3}}) == ["order.customer_note"]


def test_a_missing_part_is_a_difference() -> None:
    assert differing(EVENT, {**EVENT, "order": None}) == ["order"]


@pytest.mark.parametrize(
    ("entity", "kinds", "fields"),
    [
        ("order", ("order_placed", "order_status_changed"), []),
        ("order", ("order_deleted", "order_deleted"), []),
        ("order", ("order_placed", "order_placed"), ["occurred_at"]),
        ("order", ("order_placed", "order_deleted"), ["occurred_at"]),
        ("review", ("review_posted", "review_edited"), ["event_type"]),
        ("review", ("review_deleted", "review_deleted"), ["occurred_at"]),
    ],
)
def test_which_route_was_there_first_is_no_difference(entity: str, kinds: tuple[str, str], fields: list[str]) -> None:
    first, second = ({**EVENT, "entity": entity, "event_type": kind, "occurred_at": 1} for kind in kinds)
    second = {**second, "late": True} if entity == "order" else second
    if "occurred_at" in fields or kinds == ("order_deleted", "order_deleted"):
        second["occurred_at"] = 2
    assert differing(first, second) == fields


def test_a_changed_policy_explains_a_difference() -> None:
    assert "policy_version changed" in explain(["order.customer_note", "policy_version"])
    assert "look into it" in explain(["order.customer_note"])


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("12", 12),
        ("earliest", "earliest"),
        ("2026-05-04T10:00:00", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04T12:00:00+02:00", datetime(2026, 5, 4, 10, tzinfo=UTC)),
    ],
)
def test_an_edge_is_an_offset_a_time_or_an_end(text: str, edge: object) -> None:
    assert parse_edge(text) == edge


@pytest.mark.parametrize("text", ["yesterday", "-3", "", "1.5"])
def test_anything_else_is_refused_with_what_to_give(text: str) -> None:
    with pytest.raises(RangeError, match="give an offset"):
        parse_edge(text)


def test_what_one_route_alone_carries_is_no_difference_between_two_routes() -> None:
    line = {"line_id": 1, "quantity": 2}
    told = {"entity": "order", "route": "webhook", "order": {"line_items": [{**line, "sku": "K-7"}]}, "product": None}
    other = {"entity": "order", "route": "cdc", "order": {"line_items": [{**line, "sku": ""}]}, "product": None}
    assert differing(told, other) == []
    assert differing(told, {**other, "route": "webhook"}) == ["order.line_items"]
