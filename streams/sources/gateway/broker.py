"""Kafka as the gateway needs it: sought in the background, asked again after a failure, renewed when it must be."""

import asyncio

from aiokafka.errors import BrokerResponseError, KafkaError, MessageSizeTooLargeError

from streams.delivery.message import Output
from streams.delivery.outbox import Outbox
from streams.log import logger
from streams.metrics import CONFIRM_SECONDS
from streams.sources.gateway.backpressure import Backpressure
from streams.sources.gateway.rejected import Rejected

_log = logger("gateway")
_PAUSE_S = 0.5


class Broker:
    """Writes deliveries; `run` keeps the connection."""

    def __init__(self, outbox: Outbox, pressure: Backpressure) -> None:
        self._outbox = outbox
        self._pressure = pressure
        self._trouble = asyncio.Event()
        self._broken = False
        self.connected = False

    async def publish(self, output: Output) -> None:
        """Return when Kafka has confirmed; Rejected when it has not."""
        number = self._pressure.begin()
        try:
            await self._outbox.deliver([output])
        except (TimeoutError, KafkaError, RuntimeError) as error:
            raise self._failed(error) from None
        finally:
            CONFIRM_SECONDS.observe(self._pressure.end(number))

    def _failed(self, error: Exception) -> Rejected:
        _log.error("the broker did not confirm", extra={"error": type(error).__name__})
        # A batch refused for good leaves a gap in the idempotent producer's sequence: it could write nothing any more.
        self._broken |= isinstance(error, BrokerResponseError) and not error.retriable
        self._pressure.stall()
        self._trouble.set()
        if isinstance(error, MessageSizeTooLargeError):
            return Rejected(413, "too_large", "raise max.message.bytes of woo.deliveries if the shop is right")
        return Rejected(503, "broker_unreachable", "see the broker; WooCommerce does not send this delivery again")

    async def run(self) -> None:
        """Connect, and mend what `publish` stumbles over, until cancelled."""
        await self._connect()
        while True:
            await self._trouble.wait()
            self._trouble.clear()
            if self._broken:
                await self._renew()
            await self._ask_until_it_answers()

    async def stop(self) -> None:
        """Write what is left and let go of the broker."""
        self.connected = False
        await self._outbox.stop()

    async def _connect(self) -> None:
        while True:
            try:
                await self._outbox.start()
            except (KafkaError, TimeoutError) as error:
                _log.warning("the broker is not there yet", extra={"error": type(error).__name__})
                await asyncio.sleep(_PAUSE_S)
            else:
                self.connected = True
                return

    async def _renew(self) -> None:
        _log.warning("the producer is renewed")
        self.connected = self._broken = False
        await self._outbox.stop()
        await self._connect()

    async def _ask_until_it_answers(self) -> None:
        while True:
            try:
                await self._outbox.reach()
            except (KafkaError, TimeoutError, RuntimeError):
                await asyncio.sleep(_PAUSE_S)
            else:
                self._pressure.recover()
                return
