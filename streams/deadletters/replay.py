"""Puts letters back, in this order for every batch: write the original records and have them confirmed; wait for their
stage's verdict; commit as replayed what has one. A crash before the commit puts the batch back again, which the
identities of events make harmless.

A letter that is refused again is replayed all the same: its new letter, at the end of the dead letters, is the open
one. A letter that was not selected, is broken or got no verdict stays open (see settled.py).
"""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Literal

from aiokafka import TopicPartition

from streams.deadletters.broker import Broker, Placed
from streams.deadletters.letter import Letter, Selection
from streams.deadletters.settled import LIMIT, Settled
from streams.deadletters.verdict import Verdict, verdicts
from streams.delivery.deadletters import Cause
from streams.delivery.reading import Span
from topics.names import dead_letters

Policy = Literal["stop-on-error", "skip"]
Progress = Callable[[int, int], None]
"""Called with how many letters are behind it, and of how many."""
_ROOM = LIMIT // 8
"""Bytes kept free for a batch of which every other letter gets no verdict."""


class ReplayError(Exception):
    """The replay cannot go on; the text says where it stands and what helps. Nothing open was marked as replayed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to put back, and how."""

    topic: str
    """Where the letters came from."""
    selection: Selection = field(default_factory=Selection)
    policy: Policy = "stop-on-error"
    most: int | None = None
    batch: int = 50
    """Most letters put back before waiting for verdicts, where the policy is `skip`; else one."""
    in_a_row: int = 10
    """So many refused again in a row end a replay that skips: a stage that refuses too much stops (delivery.limit)."""
    patience_s: float = 60.0
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """The letter that stopped the replay."""

    letter: str
    """Its place in the dead letters; the new letter's, where it was refused again."""
    place: str
    """Where it stood in its topic when it was refused; empty where the headers do not say."""
    rule: str
    remedy: str


@dataclass(slots=True)
class Outcome:
    """Counts of letters; with `dry_run`, `put_back` is what would be."""

    topic: str
    dry_run: bool
    put_back: int = 0
    accepted: int = 0
    refused_again: int = 0
    broken: int = 0
    passed_over: int = 0
    already_replayed: int = 0
    stopped: Stopped | None = None


@dataclass(slots=True)
class Replay:
    """One run over the letters that the topic holds when it begins."""

    broker: Broker
    wanted: Wanted
    progress: Progress
    outcome: Outcome
    held: Mapping[TopicPartition, Span]
    settled: dict[TopicPartition, Settled]
    targets: int
    _batch: list[tuple[Letter, Cause]] = field(default_factory=list)
    _in_a_row: int = 0
    _step: int = 1

    @property
    def _strict(self) -> bool:
        return self.wanted.policy == "stop-on-error"

    @property
    def _ended(self) -> bool:
        return self.outcome.stopped is not None or self._left == 0

    @property
    def _left(self) -> int | None:
        most = self.wanted.most
        return None if most is None else most - self.outcome.put_back - len(self._batch)

    async def run(self) -> Outcome:
        """Partition by partition, letters in their order."""
        spans = [replace(span, first=self.settled[tp].upto) for tp, span in self.held.items()]
        behind, total = 0, sum(span.end - span.first for span in spans)
        for span in spans:
            async with aclosing(self.broker.letters(span)) as letters:
                async for letter in letters:
                    await self._take(letter, span.partition)
                    self.progress(behind + letter.message.offset + 1 - span.first, total)
                    if self._ended:
                        break
            await self._flush(span.partition)
            behind += span.end - span.first
            if self._ended:
                break
        return self.outcome

    async def _take(self, letter: Letter, partition: TopicPartition) -> None:
        letter = self._checked(letter)
        if letter.message.offset in self.settled[partition]:
            self.outcome.already_replayed += 1
        elif not self.wanted.selection.takes(letter):
            self.outcome.passed_over += 1
        elif letter.cause is None:
            self.outcome.broken += 1
            self._stop(letter, must=self._strict)
        elif self.wanted.dry_run:
            self.outcome.put_back += 1
        else:
            self._batch.append((letter, letter.cause))
            if len(self._batch) >= self._step or self._left == 0:
                await self._flush(partition)

    def _checked(self, letter: Letter) -> Letter:
        if letter.cause is not None and letter.cause.partition >= self.targets:
            told = f"{letter.cause.topic} has no partition {letter.cause.partition}, only {self.targets}"
            return Letter(letter.message, None, told)
        return letter

    def _stop(self, letter: Letter, *, must: bool) -> None:
        if must and self.outcome.stopped is None:
            place = letter.cause.place if letter.cause else ""
            self.outcome.stopped = Stopped(letter.message.place, place, letter.rule, letter.remedy)

    async def _flush(self, partition: TopicPartition) -> None:
        if not self._batch:
            return
        self._require_room(partition)
        marks = await self.broker.held(list(self.held))
        placed = await self.broker.put_back(self._batch)
        self._batch = []
        self.outcome.put_back += len(placed)
        found = await verdicts(self.broker, placed, marks, self.wanted.patience_s)
        known = [verdict for verdict in found if not verdict.waiting]
        settled = self.settled[partition].also(verdict.placed.letter.message.offset for verdict in known)
        await self.broker.remember(partition, settled)
        self.settled[partition] = settled
        self._count(known)
        for verdict in found:
            if verdict.waiting:
                raise ReplayError(_not_taken_up(verdict.placed, self.wanted.patience_s))

    def _count(self, known: list[Verdict]) -> None:
        for verdict in known:
            if verdict.refused is None:
                self.outcome.accepted += 1
                self._in_a_row = 0
            else:
                self.outcome.refused_again += 1
                self._in_a_row += 1
                self._stop(verdict.refused, must=self._strict or self._in_a_row >= self.wanted.in_a_row)
        self._step = self._next_step(known)

    def _next_step(self, known: list[Verdict]) -> int:
        """Letters to put back at a time: twice as many after every batch without a refusal.

        One where the first refusal stops the replay: nothing behind it may have been put back.
        """
        if self._strict or any(verdict.refused for verdict in known):
            return 1
        return min(self._step * 2, self.wanted.batch)

    def _require_room(self, partition: TopicPartition) -> None:
        settled = self.settled[partition].also(letter.message.offset for letter, _ in self._batch)
        if len(settled.metadata) > LIMIT - _ROOM:
            raise ReplayError(
                f"{self._batch[0][0].message.place}: too many letters between the replayed ones are open to remember "
                f"each: replay without --stage and --rule from the oldest on, or narrow less"
            )


async def replay(broker: Broker, wanted: Wanted, progress: Progress) -> Outcome:
    """Put back what is wanted. ReplayError when a stage does not take it up; BrokerError, RangeError, KafkaError."""
    partitions = await broker.partitions(dead_letters(wanted.topic))
    targets = len(await broker.partitions(wanted.topic))
    held = await broker.held(partitions)
    settled = await broker.settled(held)
    broker.keep(partitions)
    outcome = Outcome(wanted.topic, wanted.dry_run)
    return await Replay(broker, wanted, progress, outcome, held, settled, targets).run()


def _not_taken_up(placed: Placed, patience_s: float) -> str:
    name, number = placed.partition
    return (
        f"{placed.letter.message.place}: put back as {name}[{number}]@{placed.offset}, but {placed.cause.group} has "
        f"not come so far and has stood still for {patience_s:g} s: see that the worker of {placed.cause.stage} runs, "
        "then replay again; the letter stays open"
    )
