"""One Faust worker: the only place that makes Faust apps, agents and tables, with the settings that lose nothing."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

import faust
from mode import CrashingSupervisor, Service

from avro_schemas.codec import Codec
from streams.delivery.acknowledgements import Acknowledgements
from streams.delivery.batch import Batches
from streams.delivery.channel import LaneChannel, keeping_queue
from streams.delivery.consumer import BatchConsumer, Deadlines
from streams.delivery.copartitioned import check_wiring
from streams.delivery.lanes import Lanes, Route
from streams.delivery.limit import RefusalLimit, Refusals
from streams.delivery.outbox import Outbox
from streams.delivery.pulse import Pulse
from streams.delivery.recovery import guard_recovery
from streams.delivery.stage import Stage, WakingStage
from streams.delivery.table import Table
from streams.delivery.turns import Turns
from streams.delivery.waking import Waking
from streams.health import serve_health
from streams.settings import Settings
from streams.tracing.stages import traced
from topics.catalogue import catalogue
from topics.model import Zone

# Bounds what recovery holds; the records of stages wait in lanes, which have bounds of their own.
_RECOVERED_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Worker:
    """A Faust app and what its agents share."""

    app: Any
    settings: Settings
    codec: Codec
    outbox: Outbox
    lanes: Lanes
    pulse: Pulse

    def agent(self, stage: Stage, topics: list[str], *, table: Table | None = None, batch: int | None = None) -> None:
        """Have `stage` process `topics`, with `table` as its state; `batch`: the most it takes at once.

        With a table, the topics are processed one batch at a time for each partition number, timers of a WakingStage
        included. WiringError where their partition counts differ, or table and stage do not fit.
        """
        check_wiring(stage, topics, table, catalogue())
        stage = traced(stage)
        size, turns = batch or self.settings.batch_size, self._turns(stage, table)
        # Raw bytes in: an undecodable message must be ours to refuse, not Faust's to skip.
        self.app.topics.add(
            self.app.topic(*topics, key_serializer="raw", value_serializer="raw", key_type=bytes, value_type=bytes)
        )
        channel = LaneChannel(self.app)
        self.lanes.route(topics, Route(channel.offer, size, turns))
        limit = RefusalLimit(self.settings.refusals_in_a_row, self.settings.refusals_share)
        refusals = Refusals(stage.name, limit)
        together = topics if turns else ()
        batches = Batches(stage, self.outbox, refusals, self.pulse, table, self.settings.batch_budget_s, together)
        waking = Waking(turns, batches, self.lanes, size, self._settled) if turns and turns.table.waking else None

        async def body(stream: Any) -> None:
            await self.outbox.start()
            try:
                async with asyncio.TaskGroup() as working:
                    timers = working.create_task(waking.run()) if waking else None
                    async for lane in stream:
                        working.create_task(self.lanes.run(lane, batches.work))
                    if timers:
                        timers.cancel()
            except ExceptionGroup as failed:
                # One is enough to end the worker, and a group would hide what it says.
                raise failed.exceptions[0] from None

        # Any failure ends the worker with nothing acknowledged; Faust's own way would skip the message.
        self.app.agent(channel, name=stage.name, supervisor_strategy=CrashingSupervisor)(body)

    def rest(self) -> None:
        """Run without any agent: health and metrics alone, as no member of the consumer group."""
        # Faust ends with a TypeError where a consumer has nothing to subscribe to.
        self.app.producer_only = True

    def _turns(self, stage: Stage, table: Table | None) -> Turns | None:
        if table is None:
            return None
        table.stages.append(stage.name)
        table.waking = isinstance(stage, WakingStage)
        self.lanes.before_drain(table.release)
        return Turns(table)

    def _settled(self) -> bool:
        """Whether neither recovery nor rebalance is under way."""
        return bool(self.app.tables.actives_ready and not self.app.rebalancing)

    def table(self, name: str) -> Table:
        """The table `name` of this worker. The zone of its changelog says whether it may lie on a disk."""
        changelog = catalogue()[f"{self.app.conf.id}-{name}-changelog"]
        return Table(self.app, name, changelog.spec.partitions, on_disk=changelog.zone is not Zone.RESTRICTED)


def make_worker(name: str, settings: Settings) -> Worker:
    """A worker without agents yet; waits for the schemas to be registered."""
    data_dir = settings.data_dir / name
    data_dir.mkdir(parents=True, exist_ok=True)
    app: Any = faust.App(
        f"inland-{name}",
        broker=f"kafka://{settings.kafka_bootstrap.replace(',', ';')}",
        broker_client_id=settings.client_id_of(name),
        datadir=data_dir,
        store="rocksdb://",
        table_standby_replicas=settings.table_standby_replicas,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=settings.batch_size,
        # BatchConsumer.wait_empty, which has a deadline.
        stream_wait_empty=True,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=min(3.0, settings.session_timeout_s / 4),
    )
    app.tables._changelog_queue = keeping_queue(_RECOVERED_AT_ONCE)
    lanes, pulse = _consume_batches(app, settings), Pulse(settings.session_timeout_s)
    outbox = Outbox(settings.kafka_bootstrap, f"inland-{name}", settings.delivery_timeout_s)
    serve_health(app, settings.http_host, settings.http_port)
    guard_recovery(app, settings.table_recovery_timeout_s)
    _run_beside(app, pulse, outbox)
    return Worker(app, settings, Codec.connect(settings.registry_url), outbox, lanes, pulse)


def _consume_batches(app: Any, settings: Settings) -> Lanes:
    acknowledgements = Acknowledgements()
    lanes = Lanes(acknowledgements.done)
    deadlines = Deadlines(drain=settings.drain_timeout_s, commit=settings.delivery_timeout_s)
    app.transport.Consumer = partial(BatchConsumer, lanes=lanes, acknowledgements=acknowledgements, deadlines=deadlines)
    return lanes


def _run_beside(app: Any, pulse: Pulse, outbox: Outbox) -> None:
    class Beside(Service):
        @Service.task
        async def _beat(self) -> None:
            await pulse.run()

        async def on_stop(self) -> None:
            await outbox.stop()

    app.service(Beside)
