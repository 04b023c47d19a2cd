"""Looks into the dead-letter topics: all that is there, counted, or one letter."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from datetime import datetime

from streams.deadletters.broker import Broker
from streams.deadletters.letter import Letter, Selection
from streams.deadletters.listing import Kind, Tally
from streams.delivery.reading import Span
from topics.names import dead_letters


class NoLetterError(LookupError):
    """There is no letter at that place; the text says which places there are."""


async def count(bootstrap: str, topics: Sequence[str], selection: Selection, since: datetime | None) -> list[Kind]:
    """The selected letters of the topics by kind; RangeError for a topic without dead letters."""
    tally = Tally()
    async with Broker(bootstrap) as broker:
        for topic in topics:
            held = await broker.held(await broker.partitions(dead_letters(topic)))
            settled = await broker.settled(held)
            for partition, span in held.items():
                async for letter in broker.letters(span):
                    if selection.takes(letter) and (since is None or letter.refused_at >= since):
                        tally.add(letter, replayed=letter.message.offset in settled[partition])
    return tally.kinds


async def find(bootstrap: str, topic: str, partition: int, offset: int) -> tuple[Letter, bool]:
    """The letter of `topic` at a place of its dead letters, and whether it was replayed; NoLetterError."""
    async with Broker(bootstrap) as broker:
        held = await broker.held(await broker.partitions(dead_letters(topic)))
        for tp, span in held.items():
            if tp.partition == partition and span.first <= offset < span.end:
                async with aclosing(broker.letters(Span(tp, offset, offset + 1))) as letters:
                    async for letter in letters:
                        return letter, offset in (await broker.settled(held))[tp]
    place = f"{dead_letters(topic)}[{partition}]@{offset}"
    raise NoLetterError(f"there is no letter {place}: it never was, or has expired ({_offsets(held.values())})")


def _offsets(held: Iterable[Span]) -> str:
    told = [f"partition {one.partition.partition}: {one.first} to {one.end - 1}" for one in held if one.first < one.end]
    return ", ".join(told) or "the topic is empty"
