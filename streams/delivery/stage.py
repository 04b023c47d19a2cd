"""The contract of a stage, and the loop that keeps it under Faust.

In this order, for every batch: process each message; deliver all outputs and dead letters and wait for the broker;
write the state; acknowledge each input in its order. A crash anywhere before the last step repeats the batch.
"""

import asyncio
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from streams.clock import from_ms, now
from streams.delivery.deadletters import dead_letter
from streams.delivery.message import Message, Output
from streams.delivery.outbox import Outbox
from streams.delivery.refusal import RefusedError
from streams.delivery.state import Overlay, Stateless, StateView
from streams.log import logger
from streams.metrics import BATCH_SECONDS, DEAD_LETTERS, MESSAGES_IN, MESSAGES_OUT

_log = logger("delivery")


class StageFailedError(Exception):
    """The world around a stage failed, or the stage itself: nothing of the batch is acknowledged."""


class Stage(Protocol):
    """What a stage does with one message."""

    name: str
    group: str
    """Consumer group of the worker that runs the stage (topics.names.consumer_group)."""
    deadline_s: float
    """Longest time one message may take; past it the stage stops and the batch is repeated."""
    concurrency: int
    """Messages of a batch processed at a time; 1 keeps their order, which a stage with state needs."""

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """Outputs for one message, possibly none.

        Raises RefusedError for input that no retry can mend (it becomes a dead letter). Whatever else it raises stops
        the stage with nothing of the batch acknowledged.
        """


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much a stage takes at once: `size` messages, or what came within `wait_s` seconds."""

    size: int
    wait_s: float


def as_message(event: Any) -> Message:
    """Faust's event as a message."""
    raw = event.message
    headers = raw.headers or ()
    pairs = headers.items() if hasattr(headers, "items") else headers
    return Message(
        raw.topic, raw.partition, raw.offset, raw.key, raw.value, from_ms(int(raw.timestamp * 1000)), tuple(pairs)
    )


async def run(stream: Any, stage: Stage, outbox: Outbox, limits: BatchLimits, table: Any = None) -> None:
    """The body of every agent: takes batches off a Faust stream for ever."""
    await outbox.start()
    async for events in stream.noack_take(limits.size, within=limits.wait_s):
        overlay = Overlay(table) if table is not None else None
        with BATCH_SECONDS.labels(stage.name).time():
            outputs = await process_batch([(as_message(event), event) for event in events], stage, overlay)
            await outbox.deliver(outputs)
        if overlay is not None:
            overlay.write()
        MESSAGES_OUT.labels(stage.name).inc(len(outputs))
        for event in events:
            await stream.ack(event)


async def process_batch(batch: Sequence[tuple[Message, Any]], stage: Stage, overlay: Overlay | None) -> list[Output]:
    """Outputs of a batch in the order of its messages, refused ones as dead letters."""
    slots = asyncio.Semaphore(stage.concurrency)

    async def one(message: Message, event: Any) -> Sequence[Output]:
        async with slots:
            MESSAGES_IN.labels(stage.name, message.topic).inc()
            view: StateView = overlay.at(event) if overlay is not None else Stateless()
            return await _one(message, stage, view)

    if stage.concurrency == 1:
        outcomes = [await one(message, event) for message, event in batch]
    else:
        outcomes = await asyncio.gather(*(one(message, event) for message, event in batch))
    return [output for outcome in outcomes for output in outcome]


async def _one(message: Message, stage: Stage, view: StateView) -> Sequence[Output]:
    try:
        async with asyncio.timeout(stage.deadline_s):
            return await stage.process(message, view)
    except RefusedError as refused:
        where = {"place": message.place, "stage": stage.name, "rule": refused.rule, "remedy": refused.remedy}
        _log.warning("refused: kept as a dead letter", extra=where)
        DEAD_LETTERS.labels(stage.name, message.topic).inc()
        return [dead_letter(message, refused, stage=stage.name, group=stage.group, attempts=1, failed_at=now())]
    except Exception as error:
        # The exception's own text may quote the record: its type and place are all that is said.
        where = {"place": message.place, "stage": stage.name, "exception": type(error).__name__}
        _log.error("failed: the stage stops", extra={**where, "frames": traceback.format_tb(error.__traceback__)})
        raise StageFailedError(f"{stage.name} failed at {message.place} ({type(error).__name__})") from None
