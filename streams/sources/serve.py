"""Running the gateway as a process."""

from aiohttp import web

from avro_schemas.codec import Codec
from streams.delivery.outbox import Outbox
from streams.log import logger
from streams.settings import Settings
from streams.sources.gateway import Gateway
from streams.sources.shops import read_shops

_log = logger("gateway")


def run_gateway(settings: Settings) -> None:
    """Serve webhooks until SIGTERM or SIGINT; requests under way are answered first."""
    outbox = Outbox(settings.kafka_bootstrap, "inland-gateway", settings.webhook_broker_timeout_s)
    codec = Codec.connect(settings.registry_url)
    gateway = Gateway(read_shops(settings.shops_file), codec, outbox, settings.webhook_body_limit_bytes)
    _log.info("starts", extra={"port": settings.http_port})
    web.run_app(gateway.app(), host=settings.http_host, port=settings.http_port, access_log=None, print=None)
