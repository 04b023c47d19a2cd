"""Publishing what is told: redaction off the event loop, and a dead letter for what must not pass."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from avro_schemas.records import CapturedEvent
from streams.delivery.deadletters import dead_letter
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import StateView
from streams.metrics import DEAD_LETTERS, EVENTS_BY_ROUTE
from streams.redact.publish import Publisher
from streams.redact.values import KnownValue
from streams.sources.versions.gathering import Gathering
from streams.sources.versions.history import Told


class Telling:
    """What the parts of the redact stage publish with."""

    def __init__(  # said once, by the stage
        self, stage: str, group: str, publisher: Publisher, gathering: Gathering, clock: Callable[[], datetime]
    ) -> None:
        self._stage = stage
        self._group = group
        self._publisher = publisher
        self._gathering = gathering
        self._clock = clock

    async def event(self, event: CapturedEvent, state: StateView, known: Sequence[KnownValue] = ()) -> list[Output]:
        """The records of one event; RefusedError when no rule lets it pass."""
        # Off the event loop: detection is CPU, and heartbeats must go on.
        redaction = await asyncio.to_thread(self._publisher.redact, event, known, self._clock())
        outputs = self._publisher.encode(redaction, state)
        EVENTS_BY_ROUTE.labels(event["entity"], event["route"], "published").inc()
        return outputs

    async def delivered(self, told: Told, known: Sequence[KnownValue], state: StateView) -> list[Output]:
        """What a webhook tells. RefusedError makes its delivery a dead letter, and takes the state back with it."""
        if told.event is None:
            repeated(told, "webhook")
            return []
        return await self.event(told.event, state, known)

    async def gathered(
        self, told: Sequence[Told], message: Message, known: Sequence[KnownValue], state: StateView
    ) -> list[Output]:
        """What rows tell. Each refused event is a dead letter of `message`, whose row stays known all the same."""
        outputs: list[Output] = []
        for one in told:
            if one.event is None:
                repeated(one, "cdc")
                continue
            try:
                outputs += await self.event(one.event, state, known)
            except RefusedError as refused:
                self._gathering.untell(one.event, state)
                outputs.append(self.dead(message, refused))
        return outputs

    def dead(self, message: Message, refused: RefusedError) -> Output:
        """The dead letter of a message that is not the one in hand, or not alone."""
        DEAD_LETTERS.labels(self._stage, message.topic).inc()
        return dead_letter(message, refused, stage=self._stage, group=self._group, attempts=1, failed_at=self._clock())


def repeated(told: Told, route: str) -> None:
    """Count the later arrival of a change by the other route, or a repetition by the same one."""
    if told.first is not None and not (route == "cdc" and told.first == "cdc"):
        EVENTS_BY_ROUTE.labels(told.entity, route, f"repeated_after_{told.first}").inc()
