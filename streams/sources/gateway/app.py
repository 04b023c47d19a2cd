"""The aiohttp application: routes, and the way of one request.

WooCommerce does not retry, follows no redirect and drops a webhook after repeated failures: so answer fast, and never
200 for what is not safe.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from aiohttp import web

from avro_schemas.codec import Codec
from avro_schemas.records import WooDelivery
from streams.clock import now
from streams.delivery.message import Output
from streams.delivery.outbox import Outbox
from streams.health import metrics
from streams.log import logger
from streams.metrics import DELIVERIES, GATEWAY_SECONDS, WEBHOOK_HELD_BYTES, WEBHOOK_OLDEST_SECONDS, WEBHOOK_WAITING
from streams.sources.gateway import head
from streams.sources.gateway.answers import RefusalLog, expect, refusal
from streams.sources.gateway.backpressure import Backpressure, Bounds
from streams.sources.gateway.broker import Broker
from streams.sources.gateway.check import MAX_PING_BYTES, check, is_ping
from streams.sources.gateway.connection import Connection
from streams.sources.gateway.reading import Bodies
from streams.sources.gateway.rejected import Rejected
from streams.sources.gateway.repetitions import Repetitions, key_of
from streams.sources.gateway.rotation import WatchedShops
from streams.sources.shops import Shop
from streams.tracing.requests import middlewares
from topics.names import WOO_DELIVERIES

_log = logger("gateway")
_WEBHOOKS = "/webhooks/{shop}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one gateway takes. Bytes and seconds; each is a setting, see `streams.settings`."""

    bounds: Bounds
    body_bytes: int
    read_timeout_s: float
    remembered: int
    remembered_s: float
    reload_s: float


class Gateway:
    """Receives deliveries for the shops of the shops file."""

    def __init__(self, shops: WatchedShops, codec: Codec, outbox: Outbox, limits: Limits) -> None:
        self._shops = shops
        self._codec = codec
        self._limits = limits
        self._pressure = Backpressure(limits.bounds)
        self._bodies = Bodies(self._pressure, limits.body_bytes, limits.read_timeout_s)
        self._repetitions = Repetitions(limits.remembered, limits.remembered_s)
        self._broker = Broker(outbox, self._pressure)
        self._refusals = RefusalLog()
        self._leaving = False
        self.under_way = 0
        """Webhook requests without an answer yet."""
        self.look_now = asyncio.Event()
        """Set to have the shops file looked at without delay."""
        WEBHOOK_WAITING.set_function(lambda: self._pressure.waiting)
        WEBHOOK_HELD_BYTES.set_function(lambda: self._pressure.held_bytes)
        WEBHOOK_OLDEST_SECONDS.set_function(lambda: self._pressure.oldest_s)

    def app(self) -> web.Application:
        """The application; it seeks the broker by itself."""
        app = web.Application(middlewares=middlewares(_WEBHOOKS))
        app.router.add_post(_WEBHOOKS, self._webhook, expect_handler=expect)
        app.router.add_get("/health", self._health)
        app.router.add_get("/ready", self._ready)
        app.router.add_get("/metrics", metrics)
        app.router.add_route("*", "/{anything:.*}", self._elsewhere, expect_handler=expect)
        app.cleanup_ctx.append(self._background)
        return app

    def leave(self) -> None:
        """Tell `/ready` and every client that this gateway is about to stop."""
        self._leaving = True

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        _spoken(request)
        # Only known shops become a label: a stranger must not be able to grow the metrics.
        shop = self._shops.get(request.match_info["shop"])
        label = shop.id if shop else "unknown"
        began = perf_counter()
        self.under_way += 1
        try:
            answer, outcome = await self._answer(shop, label, request)
        finally:
            self.under_way -= 1
        GATEWAY_SECONDS.observe(perf_counter() - began)
        DELIVERIES.labels(label, outcome).inc()
        if self._leaving or not request.content.is_eof():
            answer.force_close()
        return answer

    async def _answer(self, shop: Shop | None, label: str, request: web.Request) -> tuple[web.Response, str]:
        try:
            if shop is None:
                raise Rejected(404, "unknown_shop", "name the shop in the shops file")
            return web.Response(), await self._receive(shop, request)
        except Rejected as found:
            rejected = found
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("defect", extra={"error": type(error).__name__, "at": f"{where.filename}:{where.lineno}"})
            rejected = Rejected(503, "defect", "report it with the gateway's log; WooCommerce does not send it again")
        self._refusals.tell(label, rejected)
        return refusal(rejected), rejected.outcome

    async def _receive(self, shop: Shop, request: web.Request) -> str:
        head.refuse_ambiguous(request.headers)
        head.refuse_encoded(request.headers)
        may_be_ping = head.TOPIC not in request.headers and (request.content_length or 0) <= MAX_PING_BYTES
        if not may_be_ping:
            self._pressure.admit()
        body = await self._bodies.read(request)
        try:
            if may_be_ping and is_ping(body):
                return "ping"
            delivery = check(shop, request.headers, body, now())
            repeated = await self._repetitions.once(key_of(delivery), partial(self._publish, delivery))
        finally:
            self._bodies.release(body)
        return "repeated" if repeated else "accepted"

    async def _publish(self, delivery: WooDelivery) -> None:
        # The aggregate's id alone: row changes of the same aggregate have the same key, and so the same partition.
        key = b"%d" % delivery["resource_id"]
        await self._broker.publish(Output(WOO_DELIVERIES, key, self._codec.encode("woo_delivery", delivery)))

    async def _elsewhere(self, request: web.Request) -> web.Response:
        _spoken(request)
        known = request.path in {"/health", "/ready", "/metrics"} or request.path.startswith("/webhooks/")
        status, outcome = (405, "method_not_allowed") if known else (404, "unknown_path")
        rejected = Rejected(status, outcome, "POST to /webhooks/<shop id>; GET /health, /ready and /metrics")
        DELIVERIES.labels("unknown", outcome).inc()
        answer = refusal(rejected)
        answer.force_close()
        return answer

    async def _health(self, request: web.Request) -> web.Response:
        _spoken(request)
        connected = self._broker.connected
        return web.json_response({"ready": connected}, status=200 if connected else 503)

    async def _ready(self, request: web.Request) -> web.Response:
        _spoken(request)
        reason = self._why_not_ready()
        return web.json_response({"ready": not reason, "reason": reason}, status=503 if reason else 200)

    def _why_not_ready(self) -> str:
        if self._leaving:
            return "stopping"
        return (self._pressure.overload or "") if self._broker.connected else "broker_unreachable"

    async def _background(self, _app: web.Application) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(self._broker.run()),
            asyncio.create_task(self._shops.follow(self._limits.reload_s, self.look_now)),
        ]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._broker.stop()


def _spoken(request: web.Request) -> None:
    if isinstance(request.protocol, Connection):
        request.protocol.spoke()
