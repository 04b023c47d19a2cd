"""Under load checkout tasks keep their deadline and batch tasks wait, then are skipped; each of it is on record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from streams.clock import now
from streams.delivery.failure import UnavailableError
from streams.delivery.message import Message
from streams.enrich import lanes
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.review_themes import REVIEW_THEMES
from streams.settings import Settings
from tests.unit.enrich.events import note, review
from tests.unit.enrich.models import BUSY, TOLD, Clock, Model, Stand, answered


def _told(waited: timedelta) -> Message:
    return Message("commerce.events.eu", 0, 5, None, None, now() - waited, TOLD)


async def test_a_checkout_task_ends_at_its_deadline_unanswered_with_every_attempt_on_record() -> None:
    clock = Clock()
    stand = Stand(Model(*[BUSY] * 100, clock=clock, takes_s=1.0), clock=clock)
    await stand.once(note("hm"))
    assert clock.at <= NOTE_INTENT.deadline_s + 1.0
    assert {call["outcome"] for call in stand.calls} == {"overloaded"}
    assert len(stand.calls) == len(stand.model.requests) > 3
    assert stand.result["status"] == "unanswered"


async def test_each_attempt_is_given_no_more_than_what_is_left_of_the_deadline() -> None:
    clock = Clock()
    stand = Stand(Model(BUSY, BUSY, answered(" other"), clock=clock, takes_s=5.0), clock=clock)
    await stand.once(note("hm"))
    left = [request.deadline_s for request in stand.model.requests]
    assert left[0] == NOTE_INTENT.deadline_s
    assert left == sorted(left, reverse=True)
    assert left[2] <= NOTE_INTENT.deadline_s - 10.0


async def test_a_batch_task_that_finds_no_room_waits_and_its_attempts_are_on_record() -> None:
    clock = Clock()
    stand = Stand(Model(*[BUSY] * 100, clock=clock, takes_s=7.0), tasks=(REVIEW_THEMES,), clock=clock)
    with pytest.raises(UnavailableError, match="room for batch tasks"):
        await stand.once(review("hm"))
    assert len(stand.calls) == len(stand.model.requests) > 3
    assert stand.results == []


async def test_a_batch_task_whose_event_has_waited_too_long_is_skipped_with_a_record_and_no_call() -> None:
    assert REVIEW_THEMES.patience_s is not None
    stand = Stand(Model(), tasks=(REVIEW_THEMES,))
    await stand.once(review("hm"), message=_told(timedelta(seconds=REVIEW_THEMES.patience_s + 1)))
    (call,) = stand.calls
    assert (call["outcome"], call["error_type"], call["prompt"]) == ("skipped", "older_than_patience", "")
    assert (stand.result["status"], stand.result["call_id"]) == ("skipped", call["call_id"])
    assert stand.model.requests == []


async def test_a_task_that_was_half_done_is_skipped_where_it_stood() -> None:
    stand = Stand(Model(BUSY, UnavailableError("the model server of eu")), tasks=(REVIEW_THEMES,))
    with pytest.raises(UnavailableError):
        await stand.once(review("hm"))
    await stand.once(review("hm"), message=_told(timedelta(days=2)))
    assert [(call["outcome"], call["attempt"]) for call in stand.calls] == [("overloaded", 1), ("skipped", 3)]


async def test_once_there_is_room_the_next_event_is_asked_again() -> None:
    stand = Stand(Model(answered(" quality")), tasks=(REVIEW_THEMES,))
    await stand.once(review("hm"), message=_told(timedelta(days=2)))
    fresh = review("again")
    fresh["event_id"] = "e2"
    told = Message("commerce.events.eu", 0, 6, None, None, now(), ())
    await stand.once(fresh, message=told)
    assert [result["status"] for result in stand.results] == ["skipped", "answered"]


async def test_a_checkout_task_is_asked_however_old_the_event_is() -> None:
    stand = Stand(Model(answered(" other")))
    await stand.once(note("hm"), message=_told(timedelta(days=20)))
    assert stand.result["status"] == "answered"


def test_every_task_is_in_one_lane_and_batch_has_the_smaller_part_of_the_places() -> None:
    given = Settings(model_concurrency=16, model_batch_share=0.25)
    checkout, batch = lanes.checkout(given), lanes.batch(given)
    assert {task.name for task in (*checkout.tasks, *batch.tasks)} == {task.name for task in TASKS}
    assert not set(checkout.tasks) & set(batch.tasks)
    assert (checkout.concurrency, batch.concurrency) == (16, 4)
    assert lanes.batch(Settings(model_concurrency=1, model_batch_share=0.1)).concurrency == 1


def test_only_batch_tasks_lose_patience_and_only_the_checkout_lane_needs_the_table() -> None:
    assert all((task.patience_s is None) == (task.lane == "checkout") for task in TASKS)
    assert lanes.checkout(Settings()).reads_once
    assert not lanes.batch(Settings()).reads_once
    assert replace(NOTE_INTENT, patience_s=1.0).patience_s == 1.0
