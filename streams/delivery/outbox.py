"""Writing to Kafka so that "written" is true: idempotent, acks=all, confirmed before anything else happens."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer

from streams.delivery.message import Output

_MAX_RECORD_BYTES = 4_194_304
_BATCH_BYTES = 262_144


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
        await producer.start()
        return producer

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """Write all and return when the broker has all; TimeoutError or KafkaError when it has not.

        After an error some may have been written: the caller must not acknowledge its input, and identity makes the
        repetition harmless.
        """
        if not outputs:
            return
        if self._producer is None:
            raise RuntimeError("Outbox.start() comes first")
        async with asyncio.timeout(self._timeout_s):
            confirmations = [
                await self._producer.send(out.topic, key=out.key, value=out.value, headers=list(out.headers))
                for out in outputs
            ]
            await asyncio.gather(*confirmations)

    async def stop(self) -> None:
        """Let go of the broker."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
