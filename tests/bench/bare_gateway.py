"""`python -m tests.bench.bare_gateway PORT BOOTSTRAP TOPIC`: the least that could be called a webhook gateway.

An aiohttp handler that produces the body as it came, under the same producer settings as the gateway, and answers 200
when the broker has it. It checks nothing and knows no shop.
"""

import sys
from collections.abc import AsyncIterator

from aiohttp import web
from aiokafka import AIOKafkaProducer

from infra.local.settings import HOST


def bare(bootstrap: str, topic: str) -> web.Application:
    """The application: POST /webhooks/{shop}, GET /health."""
    app = web.Application()
    producer = web.AppKey("producer", AIOKafkaProducer)

    async def broker(app: web.Application) -> AsyncIterator[None]:
        app[producer] = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            compression_type="lz4",
            max_batch_size=262_144,
        )
        await app[producer].start()
        yield
        await app[producer].stop()

    async def webhook(request: web.Request) -> web.Response:
        body = await request.read()
        key = request.headers["X-WC-Webhook-Resource"].encode()
        await request.app[producer].send_and_wait(topic, body, key=key)
        return web.Response(status=200)

    async def health(_request: web.Request) -> web.Response:
        return web.Response(status=200)

    app.router.add_post("/webhooks/{shop}", webhook)
    app.router.add_get("/health", health)
    app.cleanup_ctx.append(broker)
    return app


if __name__ == "__main__":
    port, bootstrap, topic = sys.argv[1:]
    web.run_app(bare(bootstrap, topic), host=HOST, port=int(port), access_log=None, print=None)
