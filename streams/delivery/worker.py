"""One Faust worker: the only place that makes Faust apps, agents and tables, with the settings that lose nothing."""

from dataclasses import dataclass
from typing import Any

import faust
from mode import CrashingSupervisor

from avro_schemas.codec import Codec
from streams.delivery.outbox import Outbox
from streams.delivery.stage import BatchLimits, Stage, run
from streams.health import serve_health
from streams.settings import Settings
from topics.catalogue import catalogue


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


def make_worker(name: str, settings: Settings) -> Worker:
    """A worker without agents yet; waits for the schemas to be registered."""
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
        # A poll must fit into the buffer several times: when every partition's buffer is full, Faust's consumer sleeps
        # for a whole second, however soon it is emptied.
        stream_buffer_maxsize=1000,
        broker_max_poll_records=100,
        broker_commit_interval=0.5,
        stream_wait_empty=False,
        broker_session_timeout=20.0,
        broker_heartbeat_interval=3.0,
    )
    codec = Codec.connect(settings.registry_url)
    outbox = Outbox(settings.kafka_bootstrap, f"inland-{name}", settings.delivery_timeout_s)
    serve_health(app, settings.http_host, settings.http_port)
    return Worker(app, settings, codec, outbox)
