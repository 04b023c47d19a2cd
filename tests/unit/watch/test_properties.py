"""What must hold for any history of a group."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from streams.watch.judge import Judge
from streams.watch.verdict import DEAD, Verdict
from streams.watch.view import GroupView
from tests.unit.watch.samples import BOUND_S, BOUNDS, GROUP, INTERVAL_S, READER, TOPIC, at, only


@dataclass(frozen=True)
class Step:
    """What happens between two looks."""

    gap_s: float
    written: int
    taken: int
    state: str
    owner: int
    """0 for nobody."""
    parked_s: float


_STATES = st.sampled_from(["Stable", "PreparingRebalance", "CompletingRebalance", "Empty"])
_STEPS = st.builds(
    Step,
    gap_s=st.floats(0.1, 4 * BOUND_S),
    written=st.integers(0, 3),
    taken=st.integers(0, 3),
    state=_STATES,
    owner=st.integers(0, 2),
    parked_s=st.sampled_from([0.0, 0.0, 0.0, 12.0]),
)
_HISTORIES = st.lists(_STEPS, min_size=1, max_size=60)


def _views(history: list[Step]) -> list[tuple[float, GroupView]]:
    now, end, committed, found = 0.0, 0, 0, []
    for step in history:
        now, end = now + step.gap_s, end + step.written
        committed = min(end, committed + step.taken)
        told = step.owner and step.state == "Stable"
        members = (replace(READER, id=f"m-{step.owner}"),) if told else ()
        found.append((now, GroupView(GROUP, step.state, members, (at(committed, end, step.parked_s),))))
    return found


@given(_HISTORIES)
def test_nobody_is_called_stuck_before_the_bound_has_passed_without_progress_while_records_waited(
    history: list[Step],
) -> None:
    judge, since, before = Judge(GROUP, {TOPIC: 1}, BOUNDS), 0.0, None
    for now, seen in _views(history):
        (partition,) = seen.partitions
        if before is None or partition.committed != before or not partition.lag or partition.parked_s:
            since, before = now, partition.committed
        if only(judge.see(seen, now)).found.verdict is Verdict.STUCK:
            assert now - since >= BOUND_S
            assert partition.lag > 0


@given(_HISTORIES)
def test_a_group_with_a_member_and_no_work_is_never_dead(history: list[Step]) -> None:
    judge = Judge(GROUP, {TOPIC: 1}, BOUNDS)
    for now, seen in _views([replace(step, state="Stable", owner=1, written=0) for step in history]):
        assert judge.see(seen, now).verdict not in DEAD


@given(_HISTORIES)
def test_no_single_gap_between_two_looks_makes_a_verdict(history: list[Step]) -> None:
    judge = Judge(GROUP, {TOPIC: 1}, BOUNDS)
    for looks, (now, seen) in enumerate(_views(history)):
        if judge.see(seen, now).verdict in DEAD:
            assert looks * 2 * INTERVAL_S >= BOUND_S


@given(_HISTORIES, st.integers(1, 1000))
def test_whatever_was_before_a_partition_that_stands_still_with_one_owner_is_stuck_in_the_end(
    history: list[Step], waiting: int
) -> None:
    judge, now = Judge(GROUP, {TOPIC: 1}, BOUNDS), 0.0
    for now, seen in _views(history):
        judge.see(seen, now)
    still = GroupView(GROUP, "Stable", (READER,), (at(1000, 1000 + waiting),))
    found = [judge.see(still, now + INTERVAL_S * look).verdict for look in range(1, round(BOUND_S / INTERVAL_S) + 3)]
    assert found[-1] is Verdict.STUCK
