"""A cart is told when it changes, once when it is left, and when its shopper comes back; on every replay alike."""

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avro_schemas.records import CapturedEvent
from avro_schemas.schemas import schema
from streams.delivery.state import State
from streams.sources.carts.life import FORGET_AFTER, Step, changed, woken
from streams.sources.debezium import Change, parse
from tests.fixtures.samples import sessions
from tests.unit.sources.anything import FEW
from tests.unit.sources.changes import START, change, lineage
from tests.unit.sources.test_carts import line, row

QUIET = timedelta(minutes=60)
LAMP, CHAIR, NOTHING = (line(7),), (line(7), line(8, 2)), ()
Kept = State | None


def seen(minutes: float, cart: Sequence[Any], op: str = "u", position: int | None = None, **customer: Any) -> Change:
    """A row of the session, so many minutes after the start; its place in the binlog is its time."""
    session = row(*cart, **customer)
    at = int(minutes * 10) if position is None else position
    both = {"before": session} if op == "d" else {"after": session}
    return change("woocommerce_sessions", op, **both, position=at, minutes=minutes)


def step(kept: Kept, one: Change) -> Step:
    """One row, with the state as it comes back from the table."""
    done = changed(one, lineage(one), kept, QUIET)
    return Step(json.loads(json.dumps(done.state)), done.events)


def lived(changes: Sequence[Change], *, timers: bool, kept: Kept = None) -> tuple[list[CapturedEvent], Kept]:
    """All rows in order; with timers, each rings when its time has come."""
    events: list[CapturedEvent] = []
    for one in changes:
        now = round(one.changed_at.timestamp() * 1000)
        while timers and kept and kept["wake_at"] and kept["wake_at"] <= now:
            rung = woken(kept)
            events += rung.events
            kept = rung.state
        done = step(kept, one)
        events += done.events
        kept = done.state
    return events, kept


def kinds(events: Sequence[CapturedEvent]) -> list[str]:
    return [event["event_type"] for event in events]


def test_a_cart_is_told_when_its_goods_change_and_not_when_the_rest_of_the_session_does() -> None:
    told, _ = lived(
        [seen(0, NOTHING, "c"), seen(1, LAMP), seen(2, LAMP, country="FR"), seen(3, CHAIR), seen(4, NOTHING)],
        timers=True,
    )
    assert kinds(told) == ["cart_updated"] * 3
    assert [len(event["cart"]["items"]) for event in told if event["cart"]] == [1, 2, 0]


def test_another_price_or_order_of_the_same_goods_is_no_change_of_the_cart() -> None:
    told, _ = lived([seen(0, CHAIR), seen(1, [line(8, 2, 4.0), line(7)])], timers=True)
    assert kinds(told) == ["cart_updated"]


def test_a_cart_that_was_left_is_told_once_with_all_that_lies_in_it() -> None:
    told, kept = lived([seen(0, CHAIR, email="ilse@post.example"), seen(1, CHAIR, country="FR")], timers=True)
    assert kept
    assert kept["wake_at"] == round((START + timedelta(minutes=61)).timestamp() * 1000)
    rung = woken(kept)
    (event,) = rung.events
    assert (event["event_type"], event["version"]) == ("cart_abandoned", f"abandoned/{told[0]['version']}")
    assert (event["subject"], event["country"]) == ("kantoor|email|ilse@post.example", "FR")
    assert (event["occurred_at"], event["source_offset"]) == (START + timedelta(minutes=61), 3)
    assert event["cart"]
    assert (len(event["cart"]["items"]), str(event["cart"]["total"])) == (2, "20.0000")
    assert rung.state
    assert rung.state["wake_at"] is None


@pytest.mark.parametrize("cart", [NOTHING, CHAIR])
def test_a_cart_that_changes_or_is_bought_after_it_was_left_is_recovered(cart: Sequence[Any]) -> None:
    told, _ = lived([seen(0, LAMP), seen(90, cart), seen(91, LAMP)], timers=True)
    assert kinds(told) == ["cart_updated", "cart_abandoned", "cart_recovered", "cart_updated"]


def test_a_shopper_who_only_looks_again_has_not_recovered_the_cart_and_it_is_not_left_again() -> None:
    told, kept = lived([seen(0, LAMP), seen(90, LAMP, country="FR"), seen(300, LAMP)], timers=True)
    assert kinds(told) == ["cart_updated", "cart_abandoned"]
    assert kept
    assert kept["wake_at"] is None


def test_a_cart_may_be_left_again_once_it_changed() -> None:
    told, _ = lived([seen(0, LAMP), seen(90, CHAIR), seen(300, LAMP)], timers=True)
    assert kinds(told).count("cart_abandoned") == 2
    assert len({event["event_id"] for event in told}) == len(told)


def test_rows_that_come_again_or_late_tell_nothing() -> None:
    first, second = seen(0, LAMP), seen(5, CHAIR)
    _, kept = lived([first, second], timers=True)
    assert step(kept, second) == Step(kept)
    assert step(kept, first) == Step(kept)


def test_a_snapshot_that_reads_a_known_cart_neither_tells_it_nor_puts_the_timer_off() -> None:
    _, kept = lived([seen(0, LAMP)], timers=True)
    read = step(kept, seen(30, LAMP, "r"))
    assert read.events == []
    assert kept
    assert read.state
    assert read.state["wake_at"] == kept["wake_at"]


def test_a_deleted_session_tells_nothing_and_is_forgotten_after_a_while() -> None:
    told, kept = lived([seen(0, LAMP), seen(5, LAMP, "d")], timers=True)
    # The session had expired long before: its goods were left.
    assert kinds(told) == ["cart_updated", "cart_abandoned"]
    assert kept
    assert kept["items"] == []
    assert kept["wake_at"] == round((START + timedelta(minutes=5) + FORGET_AFTER).timestamp() * 1000)
    assert woken(kept) == Step(None)
    assert step(kept, seen(1, LAMP)).events == ()


def test_a_shopper_who_logs_out_has_left_nothing() -> None:
    out = seen(5, LAMP, "d")
    late = {**out.before, "session_expiry": int(START.timestamp()) + 172_800}
    told, _ = lived(
        [seen(0, LAMP), change("woocommerce_sessions", "d", None, late, position=50, minutes=5)], timers=True
    )
    assert kinds(told) == ["cart_updated"]


def test_a_new_session_under_the_same_key_is_another_cart() -> None:
    again = {**row(*LAMP), "session_id": 10}
    told, _ = lived([seen(0, LAMP), change("woocommerce_sessions", "c", again, position=99, minutes=9)], timers=True)
    assert [(event["entity_id"], event["event_type"]) for event in told] == [(9, "cart_updated"), (10, "cart_updated")]


def test_a_recorded_cart_grows_and_is_bought() -> None:
    rows = [one for message in sessions() if (one := parse(message)) is not None and one.row["session_id"] == 92]
    told, kept = lived(rows, timers=True)
    assert kinds(told) == ["cart_updated"] * 4
    assert [len(event["cart"]["items"]) for event in told if event["cart"]] == [1, 2, 3, 0]
    assert kept
    assert kept["wake_at"] is None
    for event in told:
        fastavro.schemaless_writer(io.BytesIO(), schema("captured_event").parsed, event, strict=True)


VISITS = st.lists(
    st.tuples(st.integers(1, 120), st.sampled_from([LAMP, CHAIR, NOTHING]), st.sampled_from("uuuurd")), max_size=12
)


def _rows(visits: Sequence[tuple[int, Sequence[Any], str]]) -> list[Change]:
    minutes, found = 0, []
    for pause, cart, op in visits:
        minutes += pause
        found.append(seen(minutes, cart, op))
    return found


@given(VISITS)
def test_a_replay_without_timers_tells_what_the_timers_told(visits: Sequence[Any]) -> None:
    with_timers, _ = lived(_rows(visits), timers=True)
    assert lived(_rows(visits), timers=False)[0] == with_timers


@FEW
@given(VISITS, st.data())
def test_repeated_and_late_rows_change_nothing(visits: Sequence[Any], data: st.DataObject) -> None:
    rows = _rows(visits)
    disturbed: list[Change] = []
    for number, one in enumerate(rows):
        disturbed += [one, *data.draw(st.lists(st.sampled_from(rows[: number + 1]), max_size=2))]
    # A row that comes late says an earlier time: no timer rings for it that did not ring before.
    assert lived(disturbed, timers=False) == lived(rows, timers=False)


@given(VISITS)
def test_every_event_of_a_cart_has_an_identity_of_its_own(visits: Sequence[Any]) -> None:
    told, kept = lived(_rows(visits), timers=True)
    last = list(woken(kept).events) if kept else []
    ids = [event["event_id"] for event in (*told, *last)]
    assert len(set(ids)) == len(ids)
