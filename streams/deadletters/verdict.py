"""What became of letters put back: wait until their stage's group has passed them, then look for new letters."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition

from streams.deadletters.broker import Broker, Placed
from streams.deadletters.letter import Letter
from streams.delivery.reading import Span

_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A letter put back. Neither refused nor waiting: its stage has taken it up."""

    placed: Placed
    refused: Letter | None = None
    """The new letter, when it was refused again."""
    waiting: bool = False
    """Its group has not come so far."""


async def verdicts(
    broker: Broker, placed: Sequence[Placed], marks: Mapping[TopicPartition, Span], patience_s: float
) -> list[Verdict]:
    """One for each placed letter, in their order.

    `marks`: what the dead-letter topic held before they were put back. `patience_s`: how long a group may stand still
    before it; a group that moves is waited for.
    """
    reached = await _reached(broker, placed, patience_s)
    # A stage's dead letter is confirmed before its group commits: after the wait, it stands in the topic or never will.
    refused = await _new_letters(broker, marks)
    return [
        Verdict(
            one,
            refused.get((one.cause.group, one.partition, one.offset)),
            waiting=one.offset >= reached[one.cause.group, one.partition],
        )
        for one in placed
    ]


async def _reached(
    broker: Broker, placed: Sequence[Placed], patience_s: float
) -> dict[tuple[str, TopicPartition], int]:
    wanted: dict[str, dict[TopicPartition, int]] = defaultdict(dict)
    for one in placed:
        wanted[one.cause.group][one.partition] = max(one.offset + 1, wanted[one.cause.group].get(one.partition, 0))
    return {
        (group, partition): offset
        for group, ends in wanted.items()
        for partition, offset in (await _wait(broker, group, ends, patience_s)).items()
    }


async def _wait(
    broker: Broker, group: str, ends: Mapping[TopicPartition, int], patience_s: float
) -> dict[TopicPartition, int]:
    clock = asyncio.get_running_loop().time
    stands: dict[TopicPartition, int] = {}
    moved = clock()
    while True:
        now = dict.fromkeys(ends, -1) | await broker.committed(group, ends)
        if now != stands:
            stands, moved = now, clock()
        if all(stands[tp] >= end for tp, end in ends.items()) or clock() - moved > patience_s:
            return stands
        await asyncio.sleep(_PAUSE_S)


async def _new_letters(
    broker: Broker, marks: Mapping[TopicPartition, Span]
) -> dict[tuple[str, TopicPartition, int], Letter]:
    found: dict[tuple[str, TopicPartition, int], Letter] = {}
    for partition, span in (await broker.held(list(marks))).items():
        async for letter in broker.new_letters(Span(partition, max(marks[partition].end, span.first), span.end)):
            if (cause := letter.cause) is not None:
                found[cause.group, TopicPartition(cause.topic, cause.partition), cause.offset] = letter
    return found
