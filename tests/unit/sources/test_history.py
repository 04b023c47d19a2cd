"""What was told is recognised, whichever way it comes again; what is new gets its kind, and says when it is late."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from avro_schemas.records import CapturedEvent, Route
from streams.sources import entities
from streams.sources.lineage import Lineage
from streams.sources.versions.history import REMEMBERED, History, Told, tell, tell_deleted, untell

NOON = datetime.fromisoformat("2026-11-24T12:00:00+00:00")


def _lineage(route: Route = "cdc", at: datetime = NOON) -> Lineage:
    return Lineage("demo", route, "topic", 0, 1, at)


def _order(status: str, minute: int, route: Route = "cdc", refunds: tuple[int, ...] = (), **more: Any) -> CapturedEvent:
    payload = {
        "id": 7,
        "status": status,
        "date_created_gmt": "2026-11-24T12:00:00",
        "date_modified_gmt": f"{NOON + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S}",
        "refunds": [{"id": number, "total": "-1.00", "reason": ""} for number in refunds],
        **more,
    }
    return entities.order(payload, _lineage(route))


def _told(*events: CapturedEvent) -> tuple[list[Told], History]:
    history, told = History(), []
    for event in events:
        one = tell(event, history)
        history = one.history
        told.append(one)
    return told, history


def _kinds(told: list[Told]) -> list[str]:
    return [one.event["event_type"] if one.event else f"known by {one.first}" for one in told]


def test_an_orders_kinds_follow_from_what_was_told_before() -> None:
    told, _ = _told(
        _order("pending", 0),
        _order("processing", 1),
        _order("processing", 2),
        _order("processing", 3, refunds=(8,)),
        _order("refunded", 4, refunds=(8, 9)),
    )
    assert _kinds(told) == [
        "order_placed", "order_status_changed", "order_updated", "order_refunded", "order_refunded",
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "then"), [("cdc", "webhook"), ("webhook", "cdc")])
def test_the_second_arrival_is_known_by_the_first_route(first: Route, then: Route) -> None:
    one, other = _order("pending", 0, first), _order("pending", 0, then)
    assert one["event_id"] == other["event_id"]
    assert _kinds(_told(one, other)[0]) == ["order_placed", f"known by {first}"]


def test_an_order_that_was_there_before_anybody_listened_is_not_placed() -> None:
    told, _ = _told(_order("completed", 0, date_created_gmt="2019-01-01T00:00:00"))
    assert _kinds(told) == ["order_updated"]


def test_a_late_state_is_told_as_late_and_changes_nothing_of_what_is_newest() -> None:
    told, history = _told(_order("completed", 5), _order("processing", 3))
    assert [one.event["late"] for one in told if one.event] == [False, True]
    assert history.status == "completed"


def test_within_one_second_the_state_that_others_followed_is_late_to_what_a_webhook_told() -> None:
    history = tell(_order("processing", 0, "webhook"), History()).history
    late = tell(_order("pending", 0), history, ended=True)
    assert late.event is not None
    assert late.event["late"]


def test_an_end_is_told_once_in_each_life() -> None:
    history = tell(_order("completed", 0), History()).history
    first = tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=1)), history)
    again = tell_deleted("order", 7, _lineage("webhook", NOON + timedelta(minutes=2)), first.history)
    back = tell(_order("completed", 3), again.history)
    second = tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=4)), back.history)
    assert _kinds([first, again, back, second]) == [
        "order_deleted", "known by cdc", "order_updated", "order_deleted",
    ]  # fmt: skip
    assert first.event is not None
    assert second.event is not None
    assert first.event["event_id"] != second.event["event_id"]


def test_an_end_that_is_told_after_the_return_is_the_one_that_was_told() -> None:
    history = tell(_order("completed", 0), History()).history
    history = tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=1)), history).history
    history = tell(_order("completed", 3, "webhook"), history).history
    assert tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=1)), history).event is None
    other = tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=2)), history).event
    assert other is not None
    assert other["late"]


def test_an_id_that_is_given_to_another_order_begins_anew() -> None:
    history = tell(_order("completed", 0), History()).history
    history = tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=1)), history).history
    told = tell(_order("pending", 5, date_created_gmt="2026-11-24T12:05:00"), history)
    assert _kinds([told]) == ["order_placed"]


def test_an_end_that_comes_after_the_return_and_was_never_told_is_told_as_late() -> None:
    history = tell(_order("completed", 3, "webhook"), History()).history
    told = tell_deleted("order", 7, _lineage(at=NOON + timedelta(minutes=2)), history)
    assert told.event is not None
    assert told.event["late"]
    assert not told.history.gone


def test_what_could_not_be_published_counts_as_not_told() -> None:
    event = _order("pending", 0)
    told = tell(event, History())
    assert told.event is not None
    assert tell(event, untell(told.event, told.history)).event is not None


def test_what_returns_without_a_date_of_its_own_is_told_again_under_another_identity() -> None:
    one, other = _order("pending", 0), _order("pending", 0, total="2.00")
    told, _ = _told(one, other, one)
    ids = [event["event_id"] for each in told if (event := each.event)]
    assert len(set(ids)) == 3


def test_only_so_many_versions_are_remembered() -> None:
    _, history = _told(*(_order("pending", minute) for minute in range(REMEMBERED + 10)))
    assert len(history.versions) == REMEMBERED
    assert History.read(history.state) == history
