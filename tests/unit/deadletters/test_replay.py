"""Putting back: what is settled was put back and judged; what was passed over, broken or unheard stays open."""

import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from streams.deadletters.broker import Broker, Placed
from streams.deadletters.letter import Letter, Selection
from streams.deadletters.replay import Outcome, Policy, ReplayError, Wanted, replay
from streams.deadletters.settled import Settled
from streams.delivery.deadletters import REPLAYS, Cause, cause_of, dead_letter
from streams.delivery.message import Message
from streams.delivery.reading import Span
from streams.delivery.refusal import RefusedError
from tests.unit.deadletters.letters import AT, broken, letter

TOPIC = TopicPartition("some.topic", 0)
DLQ = TopicPartition("some.topic.dlq", 0)


class CrashError(Exception):
    """The process was killed here."""


@dataclass
class Kafka:
    """A topic, its dead letters, and the stage between them, in memory."""

    letters_there: list[Letter]
    refuses: frozenset[str] = frozenset()
    """Rules that the stage still refuses by."""
    deaf_from: int = 1_000_000
    """Offset that the stage never comes to."""
    crash_before_commit: int = -1
    records: list[Message] = field(default_factory=list)
    remembered: Any = None
    commits: int = 0

    async def partitions(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, 0)]

    async def held(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, Span]:
        return {DLQ: Span(DLQ, 0, len(self.letters_there))}

    async def settled(self, held: Mapping[TopicPartition, Span]) -> dict[TopicPartition, Settled]:
        return {DLQ: Settled.of(self.remembered)}

    async def committed(self, group: str, partitions: Any) -> dict[TopicPartition, int]:
        return {TOPIC: min(len(self.records), self.deaf_from)}

    def keep(self, partitions: Sequence[TopicPartition]) -> None:
        """Nothing to assign."""

    async def letters(self, span: Span) -> AsyncGenerator[Letter, None]:
        for one in self.letters_there[span.first : span.end]:
            yield one

    new_letters = letters

    async def remember(self, partition: TopicPartition, settled: Settled) -> None:
        if self.commits == self.crash_before_commit:
            raise CrashError
        self.commits += 1
        self.remembered = settled.commit

    async def put_back(self, letters: Sequence[tuple[Letter, Cause]]) -> list[Placed]:
        return [self._put_back(letter, cause) for letter, cause in letters]

    def _put_back(self, old: Letter, cause: Cause) -> Placed:
        offset = len(self.records)
        headers = ((REPLAYS, str(cause.replays + 1).encode()),)
        record = Message("some.topic", 0, offset, old.message.key, old.message.value, AT, headers)
        self.records.append(record)
        if cause.rule in self.refuses and offset < self.deaf_from:
            by: Any = {"stage": cause.stage, "group": cause.group, "attempts": 1, "failed_at": AT}
            out = dead_letter(record, RefusedError(cause.rule, "remedy"), **by)
            at = len(self.letters_there)
            self.letters_there.append(Letter.of(Message(out.topic, 0, at, out.key, out.value, AT, out.headers)))
        return Placed(old, cause, TOPIC, offset)

    @property
    def open(self) -> set[int]:
        settled = Settled.of(self.remembered)
        return {one.message.offset for one in self.letters_there if one.message.offset not in settled}


async def _replay(kafka: Kafka, **wanted: Any) -> Outcome:
    given = Wanted("some.topic", **{"patience_s": 0.01, **wanted})
    return await replay(cast(Broker, kafka), given, lambda _done, _total: None)


def _letters(rules: str) -> list[Letter]:
    """One letter for each character; `!` is a broken one."""
    return [broken(at) if rule == "!" else letter(at, rule) for at, rule in enumerate(rules)]


@pytest.mark.parametrize("policy", ["stop-on-error", "skip"])
async def test_letters_whose_cause_is_mended_are_put_back_once(policy: Policy) -> None:
    kafka = Kafka(_letters("aba"))
    first = await _replay(kafka, policy=policy)
    assert (first.put_back, first.accepted, first.refused_again, first.stopped) == (3, 3, 0, None)
    second = await _replay(kafka, policy=policy)
    assert (second.put_back, len(kafka.records)) == (0, 3)


async def test_the_first_one_refused_again_stops_it_and_nothing_behind_it_was_put_back() -> None:
    kafka = Kafka(_letters("abab"), refuses=frozenset("b"))
    outcome = await _replay(kafka)
    assert outcome.stopped is not None
    assert (outcome.stopped.rule, outcome.stopped.remedy) == ("b", "remedy")
    assert (outcome.stopped.letter, outcome.stopped.place) == ("some.topic.dlq[0]@4", "some.topic[0]@1")
    assert len(kafka.records) == 2
    assert kafka.open == {2, 3, 4}, "the new letter is the open one"


async def test_skip_counts_and_goes_on_and_does_not_chase_its_own_new_letters() -> None:
    kafka = Kafka(_letters("abab!a"), refuses=frozenset("b"))
    outcome = await _replay(kafka, policy="skip", batch=2)
    assert (outcome.put_back, outcome.accepted, outcome.refused_again, outcome.broken) == (5, 3, 2, 1)
    assert kafka.open == {4, 6, 7}


async def test_skip_stops_before_the_stage_would_for_refusing_too_much() -> None:
    kafka = Kafka(_letters("b" * 20), refuses=frozenset("b"))
    outcome = await _replay(kafka, policy="skip", batch=200, in_a_row=4)
    assert outcome.stopped is not None
    assert (outcome.put_back, outcome.refused_again) == (4, 4)


async def test_an_accepted_letter_between_refused_ones_lets_skip_go_on() -> None:
    kafka = Kafka(_letters("bbba" * 5), refuses=frozenset("b"))
    outcome = await _replay(kafka, policy="skip", in_a_row=4)
    assert (outcome.put_back, outcome.accepted, outcome.stopped) == (20, 5, None)


@pytest.mark.parametrize(("policy", "commits"), [("stop-on-error", 60), ("skip", 7)])
async def test_accepted_letters_go_back_in_growing_batches_where_the_policy_allows(
    policy: Policy, commits: int
) -> None:
    kafka = Kafka(_letters("a" * 60))
    await _replay(kafka, policy=policy, batch=16)
    assert kafka.commits == commits


async def test_a_new_letter_counts_how_often_it_was_put_back() -> None:
    kafka = Kafka(_letters("b"), refuses=frozenset("b"))
    for _ in range(3):
        await _replay(kafka)
    cause = cause_of(kafka.letters_there[-1].message)
    assert (cause.replays, cause.attempts) == (3, 4)


async def test_a_broken_letter_stops_it_whatever_the_filter_and_stays_open() -> None:
    kafka = Kafka(_letters("a!a"))
    outcome = await _replay(kafka, selection=Selection(rule="a"))
    assert outcome.stopped is not None
    assert "inland.dlq.stage" in outcome.stopped.rule
    assert kafka.open == {1, 2}


async def test_a_partition_that_is_no_more_stops_it() -> None:
    gone = letter(0)
    headers = (*gone.message.headers, ("inland.dlq.partition", b"7"))
    moved = Message("some.topic.dlq", 0, 0, None, None, AT, headers)
    outcome = await _replay(Kafka([Letter.of(moved)]))
    assert outcome.stopped is not None
    assert "has no partition 7" in outcome.stopped.rule


async def test_what_a_filter_passes_over_stays_open_and_comes_later() -> None:
    kafka = Kafka(_letters("abab"))
    outcome = await _replay(kafka, selection=Selection(rule="b"), policy="skip")
    assert (outcome.put_back, outcome.passed_over) == (2, 2)
    assert kafka.open == {0, 2}
    outcome = await _replay(kafka)
    assert (outcome.put_back, outcome.already_replayed) == (2, 2)
    assert kafka.open == set()


@pytest.mark.parametrize("policy", ["stop-on-error", "skip"])
async def test_no_more_are_put_back_than_asked_for(policy: Policy) -> None:
    kafka = Kafka(_letters("aaaaa"))
    assert (await _replay(kafka, policy=policy, most=3)).put_back == 3
    assert len(kafka.records) == 3
    assert (await _replay(kafka, policy=policy, most=3)).put_back == 2


async def test_a_dry_run_counts_and_changes_nothing() -> None:
    kafka = Kafka(_letters("aab"))
    outcome = await _replay(kafka, dry_run=True, selection=Selection(rule="a"), most=1)
    assert outcome.put_back == 1
    assert (kafka.records, kafka.remembered) == ([], None)


async def test_a_stage_that_does_not_take_a_letter_up_is_named_and_the_letter_stays_open() -> None:
    kafka = Kafka(_letters("aaaa"), deaf_from=2)
    with pytest.raises(ReplayError, match=r"some\.topic\.dlq\[0\]@2.*some\.topic\[0\]@2.*inland-stage has not come"):
        await _replay(kafka, policy="skip")
    assert kafka.open == {2, 3}


async def test_more_gaps_than_can_be_remembered_stop_it_before_anything_is_put_back() -> None:
    kafka = Kafka(_letters("ab" * 1500))
    with pytest.raises(ReplayError, match="too many letters between"):
        await _replay(kafka, policy="skip", selection=Selection(rule="b"))
    put_back = len(kafka.records)
    assert kafka.open == {one.message.offset for one in kafka.letters_there} - set(range(1, 2 * put_back, 2))


@given(
    rules=st.text("abc!", max_size=12),
    refused=st.sets(st.sampled_from("abc")),
    only=st.sampled_from([None, "a", "b"]),
    policy=st.sampled_from(["stop-on-error", "skip"]),
    batch=st.integers(1, 5),
    crash=st.integers(-1, 4),
)
async def test_nothing_is_lost_whatever_is_refused_filtered_or_killed(
    *, rules: str, refused: set[str], only: str | None, policy: Policy, batch: int, crash: int
) -> None:
    kafka = Kafka(_letters(rules), refuses=frozenset(refused), crash_before_commit=crash)
    with contextlib.suppress(CrashError):
        await _replay(kafka, selection=Selection(rule=only), policy=policy, batch=batch)
    kafka.crash_before_commit = -1
    asked = {at for at, rule in enumerate(rules) if only in (None, rule)}
    assert kafka.open >= set(range(len(rules))) - asked
    kafka.refuses = frozenset()
    outcome = await _replay(kafka, policy="skip")
    assert outcome.broken == len(kafka.open) == rules.count("!")
    assert len(kafka.records) >= len(rules) - rules.count("!")
