"""Who is called stuck, unassigned, parked or lagging, and who must not be."""

from dataclasses import replace

import pytest

from streams.watch.judge import WHOEVER_READS, Judge
from streams.watch.verdict import Verdict
from streams.watch.view import GroupView, Member
from tests.unit.watch.samples import BOUND_S, BOUNDS, GROUP, INTERVAL_S, READER, TOPIC, Looks, at, only, view

NOBODY = GroupView(GROUP, "Empty", (), (at(10),))


@pytest.fixture
def looks() -> Looks:
    return Looks()


def test_an_offset_that_stands_still_before_waiting_records_is_stuck_at_the_bound_and_not_before(looks: Looks) -> None:
    assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3))).verdict is Verdict.OK
    found = only(looks.once(view(at(3))))
    assert found.found.verdict is Verdict.STUCK
    assert (found.lag, found.client_id, found.host) == (7, READER.client_id, READER.host)
    assert found.found.seconds == found.stalled_s == BOUND_S


def test_a_group_without_work_is_ok_however_long(looks: Looks) -> None:
    assert looks.for_seconds(10 * BOUND_S, view(at(10))).verdict is Verdict.OK


def test_a_group_that_was_idle_gets_the_whole_bound_for_its_first_record(looks: Looks) -> None:
    looks.for_seconds(10 * BOUND_S, view(at(10)))
    assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(10, end=11))).verdict is Verdict.OK
    assert looks.once(view(at(10, end=11))).verdict is Verdict.STUCK


def test_one_commit_within_the_bound_is_progress(looks: Looks) -> None:
    for committed in range(5):
        assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(committed, end=100))).verdict is Verdict.OK


def test_a_group_that_never_committed_counts_from_the_beginning(looks: Looks) -> None:
    never = replace(at(None, end=10), begin=4)
    assert only(looks.once(view(never))).lag == 6
    assert looks.for_seconds(BOUND_S, view(never)).verdict is Verdict.STUCK


def test_records_that_expired_do_not_wait() -> None:
    assert replace(at(2, end=10), begin=8).lag == 2


def test_more_than_the_bound_waiting_is_lagging_while_it_moves(looks: Looks) -> None:
    assert looks.once(view(at(0, end=1001))).verdict is Verdict.LAGGING
    assert looks.once(view(at(1, end=1001))).verdict is Verdict.OK


def test_a_partition_without_a_member_is_unassigned_even_when_nothing_waits(looks: Looks) -> None:
    assert looks.for_seconds(BOUND_S - INTERVAL_S, NOBODY).verdict is Verdict.OK
    found = only(looks.once(NOBODY))
    assert found.found.verdict is Verdict.UNASSIGNED
    assert "no member" in found.found.cause


def test_a_partition_without_a_leader_is_dead_although_it_has_a_member(looks: Looks) -> None:
    found = only(looks.for_seconds(BOUND_S, view(at(3, end=None))))
    assert found.found.verdict is Verdict.UNASSIGNED
    assert "leader" in found.found.cause


def test_a_rebalance_shorter_than_the_bound_is_held_against_nobody(looks: Looks) -> None:
    looks.for_seconds(BOUND_S - 2 * INTERVAL_S, view(at(3)))
    between = replace(view(at(3)), state="PreparingRebalance", members=(replace(READER, partitions=frozenset()),))
    assert looks.for_seconds(BOUND_S - 2 * INTERVAL_S, between).verdict is Verdict.OK
    assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3))).verdict is Verdict.OK
    assert looks.once(view(at(3))).verdict is Verdict.STUCK


def test_a_group_that_stood_empty_and_is_just_being_joined_is_not_called_dead_meanwhile(looks: Looks) -> None:
    looks.for_seconds(BOUND_S - INTERVAL_S, NOBODY)
    joining = replace(view(at(10)), state="PreparingRebalance", members=(replace(READER, partitions=frozenset()),))
    assert looks.for_seconds(BOUND_S - 2 * INTERVAL_S, joining).verdict is Verdict.OK
    assert looks.for_seconds(BOUND_S, view(at(10))).verdict is Verdict.OK


def test_a_rebalance_longer_than_the_bound_is_a_dead_group(looks: Looks) -> None:
    between = replace(view(at(3)), state="CompletingRebalance", members=(replace(READER, partitions=frozenset()),))
    found = only(looks.for_seconds(BOUND_S, between))
    assert found.found.verdict is Verdict.UNASSIGNED
    assert "rebalancing" in found.found.cause


def test_a_new_owner_gets_the_whole_bound(looks: Looks) -> None:
    looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3)))
    successor = replace(READER, id="m-2")
    assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3), successor)).verdict is Verdict.OK
    assert looks.once(view(at(3), successor)).verdict is Verdict.STUCK


def test_a_partition_that_changes_hands_for_ever_and_never_moves_is_stuck_in_the_end(looks: Looks) -> None:
    hands = (replace(READER, id=f"m-{number}") for number in range(1000))
    needed = round(WHOEVER_READS * BOUND_S / INTERVAL_S)
    seen = [looks.once(view(at(3), next(hands))).verdict for _ in range(needed + 1)]
    assert set(seen[:-1]) == {Verdict.OK}
    assert seen[-1] is Verdict.STUCK


def test_a_parked_partition_is_parked_and_gets_the_whole_bound_afterwards(looks: Looks) -> None:
    looks.for_seconds(BOUND_S / 2, view(at(3)))
    assert only(looks.once(view(at(3, parked_s=5.0)))).stalled_s == 0
    found = only(looks.for_seconds(3 * BOUND_S, view(at(3, parked_s=170.0))))
    assert (found.found.verdict, found.found.seconds) == (Verdict.PARKED, 170.0)
    assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3))).verdict is Verdict.OK
    assert looks.once(view(at(3))).verdict is Verdict.STUCK


def test_a_parked_partition_that_nobody_reads_any_more_is_unassigned(looks: Looks) -> None:
    gone = GroupView(GROUP, "Empty", (), (at(3, parked_s=170.0),))
    assert looks.for_seconds(BOUND_S, gone).verdict is Verdict.UNASSIGNED


def test_kafka_that_was_away_for_long_is_held_against_nobody(looks: Looks) -> None:
    looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3)))
    looks.now += 10 * BOUND_S
    assert looks.for_seconds(BOUND_S - INTERVAL_S, view(at(3))).verdict is Verdict.OK


def test_of_a_short_pause_little_is_counted(looks: Looks) -> None:
    looks.once(view(at(3)))
    looks.now += BOUND_S - 2 * INTERVAL_S
    assert only(looks.once(view(at(3)))).stalled_s == 2 * INTERVAL_S


def test_kafka_without_an_answer_is_unreachable_after_its_bound_and_the_last_verdict_until_then(looks: Looks) -> None:
    before = looks.for_seconds(BOUND_S, view(at(3)))
    assert looks.judge.miss(before, 0.0, looks.now + BOUNDS.away_s - 1) is before
    away = looks.judge.miss(before, 0.0, looks.now + BOUNDS.away_s)
    assert away is not None
    assert (away.verdict, only(away).found.verdict, only(away).lag) == (Verdict.UNREACHABLE, Verdict.UNREACHABLE, 7)


def test_a_group_that_was_never_seen_is_unreachable_with_the_partitions_it_should_have() -> None:
    judge = Judge(GROUP, {TOPIC: 2}, BOUNDS)
    assert judge.miss(None, 0.0, BOUNDS.away_s - 1) is None
    away = judge.miss(None, 0.0, BOUNDS.away_s)
    assert away is not None
    assert [(one.topic, one.partition) for one in away.partitions] == [(TOPIC, 0), (TOPIC, 1)]


def test_it_is_settled_when_each_partition_has_moved_or_has_its_verdict(looks: Looks) -> None:
    assert not looks.once(view(at(3))).settled
    assert looks.once(view(at(4))).settled
    assert Looks().once(view(at(10))).settled
    assert not Looks().once(NOBODY).settled
    assert Looks().for_seconds(BOUND_S, NOBODY).settled


def test_the_verdict_of_a_group_is_that_of_its_worst_partition(looks: Looks) -> None:
    other = replace(at(10), number=1)
    both = Member("m-1", "redact-a", "/10.0.0.1", frozenset({(TOPIC, 0), (TOPIC, 1)}))
    seen = GroupView(GROUP, "Stable", (both,), (other, at(3)))
    found = looks.for_seconds(BOUND_S, seen)
    assert found.verdict is Verdict.STUCK
    assert [one.found.verdict for one in found.partitions] == [Verdict.OK, Verdict.STUCK]
