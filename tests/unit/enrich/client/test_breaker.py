"""What does not answer is left alone, then tried by one call before all come back."""

import random

from hypothesis import given
from hypothesis import strategies as st

from streams.enrich.client.breaker import FAILURES, LONGEST_S, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Breaker, Clock]:
    clock = Clock()
    breaker = Breaker(clock, random.Random(1))
    for _ in range(FAILURES):
        assert breaker.admit()
        breaker.failed()
    return breaker, clock


def test_calls_go_until_enough_have_failed_in_a_row() -> None:
    breaker, _ = opened()
    assert breaker.state == "open"
    assert not breaker.admit()


def test_an_answer_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(Clock())
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
    assert breaker.state == "closed"


def test_after_the_pause_one_call_goes_and_its_answer_lets_all_go() -> None:
    breaker, clock = opened()
    clock.now += 1.01
    assert breaker.state == "half_open"
    assert [breaker.admit() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.admit() for _ in range(3)] == [True, True, True]


def test_a_probe_that_fails_opens_it_again_for_longer() -> None:
    breaker, clock = opened()
    clock.now += 1.01
    breaker.admit()
    breaker.failed()
    clock.now += 0.99
    assert not breaker.admit()
    clock.now += 1.02
    assert breaker.admit()


def test_failures_of_calls_that_were_under_way_do_not_prolong_the_pause() -> None:
    breaker, clock = opened()
    clock.now += 0.4
    breaker.failed()
    clock.now += 0.61
    assert breaker.admit()


@given(st.lists(st.sampled_from(["admit", "ok", "no", "wait"]), max_size=200))
def test_whatever_happens_it_admits_a_call_within_the_longest_pause(steps: list[str]) -> None:
    clock = Clock()
    breaker = Breaker(clock, random.Random(1))
    under_way = 0
    for step in steps:
        match step:
            case "admit":
                under_way += breaker.admit()
            case "ok" if under_way:
                under_way -= 1
                breaker.succeeded()
            case "no" if under_way:
                under_way -= 1
                breaker.failed()
            case "wait":
                clock.now += 1
    for _ in range(under_way):
        breaker.failed()
    clock.now += LONGEST_S
    assert breaker.admit()
