"""The webhook gateway: checks the signature on the raw bytes, and says 200 only after Kafka has the delivery.

WooCommerce does not retry, follows no redirect and drops a webhook after repeated failures: so answer fast, and never
200 for what is not safe.
"""

import asyncio
import hashlib
from collections.abc import Mapping

import orjson
from aiohttp import web
from aiokafka.errors import KafkaError

from avro_schemas.codec import Codec
from avro_schemas.records import WooDelivery
from streams.clock import now
from streams.delivery.message import Output
from streams.delivery.outbox import Outbox
from streams.delivery.refusal import RefusedError
from streams.health import metrics
from streams.log import logger
from streams.metrics import DELIVERIES, GATEWAY_SECONDS
from streams.sources.fields import identifier
from streams.sources.shops import Shop
from streams.sources.signature import verify
from streams.sources.webhooks import TOPICS
from topics.names import WOO_DELIVERIES

_log = logger("gateway")
_PING_PREFIX = b"webhook_id="
_MAX_PING_BYTES = 64
_READ_TIMEOUT_S = 10.0


class Rejected(Exception):  # noqa: N818  # an answer, not a failure of ours
    """The request gets this status; `outcome` is its name in the metrics."""

    def __init__(self, status: int, outcome: str, remedy: str) -> None:
        """`remedy`: what the shop's operator can do; sent as the answer's body."""
        super().__init__(outcome)
        self.status = status
        self.outcome = outcome
        self.remedy = remedy


class Gateway:
    """Receives deliveries for the shops of the shops file."""

    def __init__(self, shops: Mapping[str, Shop], codec: Codec, outbox: Outbox, body_limit: int) -> None:
        """`body_limit`: bytes of the largest body accepted."""
        self._shops = shops
        self._codec = codec
        self._outbox = outbox
        self._body_limit = body_limit
        self._connected = asyncio.Event()

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=self._body_limit)
        app.router.add_post("/webhooks/{shop}", self._webhook)
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", metrics)
        app.cleanup_ctx.append(self._broker)
        return app

    async def _webhook(self, request: web.Request) -> web.Response:
        # Only known shops become a label: a stranger must not be able to grow the metrics.
        shop = self._shops.get(request.match_info["shop"])
        label = shop.id if shop else "unknown"
        with GATEWAY_SECONDS.time():
            try:
                if shop is None:
                    raise Rejected(404, "unknown_shop", "name the shop in the shops file")
                outcome = await self._receive(shop, request)
            except Rejected as rejected:
                DELIVERIES.labels(label, rejected.outcome).inc()
                _log.warning("rejected", extra={"shop": label, "outcome": rejected.outcome, "status": rejected.status})
                answer = {"error": rejected.outcome, "remedy": rejected.remedy}
                return web.json_response(answer, status=rejected.status)
        DELIVERIES.labels(label, outcome).inc()
        return web.Response(status=200)

    async def _receive(self, shop: Shop, request: web.Request) -> str:
        body = await self._read(request)
        received_at = now()
        if "X-WC-Webhook-Topic" not in request.headers and _is_ping(body):
            return "ping"
        delivery = check(shop, request.headers, body)
        delivery["received_at"] = received_at
        await self._publish(delivery)
        return "accepted"

    async def _read(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(_READ_TIMEOUT_S):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise Rejected(413, "too_large", "raise INLAND_WEBHOOK_BODY_LIMIT_BYTES if the shop is right") from None
        except TimeoutError:
            raise Rejected(408, "slow_body", "check the network between shop and gateway") from None

    async def _publish(self, delivery: WooDelivery) -> None:
        resource = delivery["topic"].split(".")[0]
        key = f"{delivery['shop_id']}/{resource}/{delivery['resource_id']}".encode()
        try:
            await self._outbox.deliver([Output(WOO_DELIVERIES, key, self._codec.encode("woo_delivery", delivery))])
        except (TimeoutError, KafkaError, RuntimeError) as error:
            _log.error("the broker did not confirm", extra={"error": type(error).__name__})
            raise Rejected(
                503, "broker_unreachable", "see the broker; WooCommerce does not send this delivery again"
            ) from None

    async def _health(self, _request: web.Request) -> web.Response:
        ready = self._connected.is_set()
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def _broker(self, _app: web.Application):  # type: ignore[no-untyped-def]  # aiohttp's own shape
        connecting = asyncio.create_task(self._connect())
        yield
        connecting.cancel()
        await self._outbox.stop()

    async def _connect(self) -> None:
        """Until Kafka is there the gateway answers 503, instead of not answering at all."""
        while True:
            try:
                await self._outbox.start()
            except KafkaError as error:
                _log.warning("the broker is not there yet", extra={"error": type(error).__name__})
                await asyncio.sleep(1.0)
            else:
                self._connected.set()
                return


def _is_ping(body: bytes) -> bool:
    """WooCommerce pings with a form body when a webhook is saved, unsigned; any answer but 200 loses the webhook."""
    return len(body) <= _MAX_PING_BYTES and body.startswith(_PING_PREFIX) and body[len(_PING_PREFIX) :].isdigit()


def check(shop: Shop, headers: Mapping[str, str], body: bytes) -> WooDelivery:
    """The delivery in a request; Rejected when it is not one. The signature comes first: strangers learn nothing."""
    if not verify(body, headers.get("X-WC-Webhook-Signature", ""), shop.secrets):
        raise Rejected(401, "bad_signature", "compare the webhook's secret with the shops file")
    topic = headers.get("X-WC-Webhook-Topic", "")
    if topic not in TOPICS:
        raise Rejected(400, "unknown_topic", f"subscribe the webhook to one of {', '.join(sorted(TOPICS))}")
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Rejected(400, "malformed_json", "see what changes the body between WooCommerce and the gateway") from None
    try:
        resource_id = identifier(payload, "id") if isinstance(payload, dict) else 0
        webhook_id = int(headers.get("X-WC-Webhook-ID", "0"))
    except (RefusedError, ValueError):
        resource_id = 0
    if not resource_id:
        raise Rejected(400, "no_id", "the body must be a WooCommerce resource with its id")
    return WooDelivery(
        shop_id=shop.id,
        webhook_id=webhook_id,
        delivery_id=headers.get("X-WC-Webhook-Delivery-ID", "")[:64],
        topic=topic,
        resource_id=resource_id,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        received_at=now(),
    )
