"""When /live says that a process should be started again, and when it must not."""

from dataclasses import replace

from streams.watch.live import liveness
from streams.watch.verdict import Verdict
from streams.watch.view import GroupView, Member
from tests.unit.watch.samples import BOUND_S, BOUNDS, GROUP, TOPIC, Looks, at, view

OTHER = Member("m-9", "redact-b", "/10.0.0.2", frozenset())


def test_before_the_first_look_everybody_is_alive() -> None:
    assert liveness(None, BOUND_S).alive


def test_a_stuck_group_is_not_alive_and_says_where_how_long_and_who() -> None:
    found = liveness(Looks().for_seconds(BOUND_S, view(at(3))), BOUND_S)
    assert not found.alive
    assert found.reason == ("stuck: woo.deliveries[0] lag 7, no progress for 60 s, client redact-a on /10.0.0.1")
    assert [one.partition for one in found.partitions] == [0]


def test_only_the_member_that_holds_the_stuck_partition_is_not_alive() -> None:
    seen = GroupView(GROUP, "Stable", (*view().members, OTHER), (at(3),))
    now = Looks().for_seconds(BOUND_S, seen)
    assert not liveness(now, BOUND_S, "redact-a").alive
    assert liveness(now, BOUND_S, "redact-b").alive


def test_a_client_that_left_silently_is_not_alive_once_the_bound_has_passed() -> None:
    looks = Looks()
    looks.once(GroupView(GROUP, "Stable", (*view().members, OTHER), (at(10),)))
    assert liveness(looks.for_seconds(BOUND_S / 2, view(at(10))), BOUND_S, "redact-b").alive
    gone = liveness(looks.for_seconds(BOUND_S, view(at(10))), BOUND_S, "redact-b")
    assert not gone.alive
    assert "redact-b" in gone.reason


def test_a_client_that_has_not_joined_yet_has_the_bound_to_do_so() -> None:
    looks = Looks()
    assert liveness(looks.once(view(at(10))), BOUND_S, "redact-new").alive
    assert not liveness(looks.for_seconds(BOUND_S, view(at(10))), BOUND_S, "redact-new").alive


def test_parked_and_lagging_groups_are_alive() -> None:
    assert liveness(Looks().for_seconds(BOUND_S, view(at(3, parked_s=100))), BOUND_S).alive
    lagging = Looks().once(view(at(0, end=5000)))
    assert lagging.verdict is Verdict.LAGGING
    assert liveness(lagging, BOUND_S).alive


def test_while_kafka_is_away_everybody_is_alive() -> None:
    looks = Looks()
    stuck = looks.for_seconds(BOUND_S, view(at(3)))
    away = looks.judge.miss(stuck, 0.0, looks.now + BOUNDS.away_s)
    assert liveness(away, BOUND_S).alive
    assert liveness(away, BOUND_S, "redact-a").alive


def test_a_reason_for_several_partitions_counts_them() -> None:
    both = replace(view().members[0], partitions=frozenset({(TOPIC, 0), (TOPIC, 1)}))
    seen = GroupView(GROUP, "Stable", (both,), (at(3), replace(at(3), number=1)))
    assert liveness(Looks().for_seconds(BOUND_S, seen), BOUND_S).reason.endswith("and 1 more")
