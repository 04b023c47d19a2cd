"""Wiring: which agents a worker runs, and what they need. The Faust app of one worker is made here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import faust
from mode import CrashingSupervisor

from avro_schemas.codec import Codec
from streams.delivery.outbox import Outbox
from streams.delivery.stage import BatchLimits, Stage, run
from streams.enrich.client import ModelClient
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks import TASKS
from streams.health import serve_health
from streams.recommend.stage import BasketStage, CountStage
from streams.redact.changes import RedactChanges
from streams.redact.deliveries import RedactDeliveries
from streams.redact.wiring import build_publisher
from streams.settings import Settings, secret
from topics.catalogue import catalogue
from topics.model import REGIONS
from topics.names import RECOMMEND_BASKETS, SHOP_CDC_CHANGES, WOO_DELIVERIES, commerce_events

WorkerName = Literal["redact", "enrich", "recommend"]


@dataclass(frozen=True, slots=True)
class Worker:
    """A Faust app and what its agents share."""

    app: Any
    settings: Settings
    codec: Codec
    outbox: Outbox

    def agent(self, stage: Stage, topics: list[str], *, table: str | None = None, batch: int | None = None) -> None:
        """Have `stage` process `topics`; `table` names the table of its state, `batch` the most it takes at once."""
        # Raw bytes in: an undecodable message must be ours to refuse, not Faust's to skip.
        channel = self.app.topic(
            *topics, key_serializer="raw", value_serializer="raw", key_type=bytes, value_type=bytes
        )
        state = self._table(table) if table else None
        limits = BatchLimits(batch or self.settings.batch_size, self.settings.batch_wait_s)

        async def body(stream: Any) -> None:
            await run(stream, stage, self.outbox, limits, state)

        # Any failure ends the worker with nothing acknowledged; Faust's own way would skip the message.
        self.app.agent(channel, name=stage.name, supervisor_strategy=CrashingSupervisor)(body)

    def _table(self, name: str) -> Any:
        changelog = catalogue()[f"inland-{self.app.conf.id.removeprefix('inland-')}-{name}-changelog"]
        # No value_type: with one, recovery fails on every record, warns, and leaves the table empty.
        return self.app.Table(name, partitions=changelog.spec.partitions, key_type=str)


def build(name: WorkerName, settings: Settings) -> Any:
    """The Faust app of a worker, ready to run."""
    data_dir = settings.data_dir / name
    data_dir.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        f"inland-{name}",
        broker=f"kafka://{settings.kafka_bootstrap.replace(',', ';')}",
        datadir=data_dir,
        store="memory://",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        stream_buffer_maxsize=max(settings.batch_size * 2, 100),
        broker_max_poll_records=500,
        broker_commit_interval=0.5,
        stream_wait_empty=False,
        broker_session_timeout=20.0,
        broker_heartbeat_interval=3.0,
    )
    codec = Codec.connect(settings.registry_url)
    outbox = Outbox(settings.kafka_bootstrap, f"inland-{name}", settings.delivery_timeout_s)
    worker = Worker(app, settings, codec, outbox)
    _WIRING[name](worker)
    serve_health(app, settings.http_host, settings.http_port)
    return app


def _redact(worker: Worker) -> None:
    publisher = build_publisher(worker.settings, worker.codec)
    worker.agent(RedactDeliveries(worker.codec, publisher), [WOO_DELIVERIES], table="entities")
    worker.agent(RedactChanges(publisher), [SHOP_CDC_CHANGES], table="orders")


def _enrich(worker: Worker) -> None:
    settings = worker.settings
    clients = {
        region: ModelClient(
            region,
            str(url),
            secret(settings.model_api_key_file),
            concurrency=settings.model_concurrency,
            deadline_s=settings.model_deadline_s,
        )
        for region, url in settings.model_endpoints.items()
    }
    stage = EnrichStage(worker.codec, clients, TASKS, worker.outbox.deliver, settings.model_concurrency * len(clients))
    # Small batches: answers of the first must not wait for the model to have read the last.
    worker.agent(stage, [commerce_events(region) for region in REGIONS], batch=settings.model_concurrency * 2)


def _recommend(worker: Worker) -> None:
    worker.agent(BasketStage(worker.codec), [commerce_events(region) for region in REGIONS])
    worker.agent(CountStage(worker.codec), [RECOMMEND_BASKETS], table="products")


_WIRING: dict[WorkerName, Callable[[Worker], None]] = {"redact": _redact, "enrich": _enrich, "recommend": _recommend}
