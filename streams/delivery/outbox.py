"""Writing to Kafka so that "written" is true: idempotent, acks=all, confirmed before anything else happens."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer

from streams.delivery.message import Output
from streams.tracing.context import stamped

_MAX_RECORD_BYTES = 4_194_304
_BATCH_BYTES = 262_144
_STOP_S = 5.0


class Outbox:
    """One idempotent producer. Confirmation, not enqueueing, is what `deliver` waits for."""

    def __init__(self, bootstrap: str, client_id: str, timeout_s: float) -> None:
        """`timeout_s`: longest wait for the broker's confirmation of one `deliver`."""
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._timeout_s = timeout_s
        self._producer: AIOKafkaProducer | None = None
        # The agents of a worker share one outbox and start it at the same time.
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Connect to the broker; safe to call twice, at the same time too."""
        async with self._starting:
            if self._producer is None:
                self._producer = await self._connected()

    async def _connected(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            # aiokafka's 16 KiB hold four webhooks: senders would wait for one another.
            max_batch_size=_BATCH_BYTES,
            compression_type="lz4",
            max_request_size=_MAX_RECORD_BYTES,
            request_timeout_ms=int(self._timeout_s * 1000),
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def deliver(self, outputs: Sequence[Output]) -> list[int]:
        """Write all and return when the broker has all: the offset of each, in the order given.

        TimeoutError or KafkaError when the broker has not: some may have been written all the same. The caller must not
        acknowledge its input; it may deliver the same again, and identity makes the repetition harmless.
        """
        if not outputs:
            return []
        if self._producer is None:
            raise RuntimeError("Outbox.start() comes first")
        sent: list[asyncio.Future[Any]] = []
        try:
            async with asyncio.timeout(self._timeout_s):
                for out in stamped(outputs):
                    headers = list(out.headers) or None
                    future = await self._producer.send(out.topic, out.value, out.key, out.partition, None, headers)
                    sent.append(future)  # those sent before a failure must be known
                # One after the other: when the first is there most others are, and gather costs more than that.
                return [(await confirmation).offset for confirmation in sent]
        except BaseException:
            # What failed beside the first failure has nobody else to look at it.
            for confirmation in sent:
                confirmation.add_done_callback(_seen)
            raise

    async def reach(self) -> None:
        """Ask the brokers for their metadata; TimeoutError or KafkaError when none answers."""
        if self._producer is None:
            raise RuntimeError("Outbox.start() comes first")
        async with asyncio.timeout(self._timeout_s):
            await self._producer.client.fetch_all_metadata()

    async def stop(self) -> None:
        """Let go of the broker; what is not confirmed within a few seconds was never promised to anybody."""
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                async with asyncio.timeout(_STOP_S):
                    await producer.stop()
            except TimeoutError:
                await producer.client.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _seen(confirmation: "asyncio.Future[Any]") -> None:
    if not confirmation.cancelled():
        confirmation.exception()
