"""`python -m tests.platform.sink_process <JSON>`: the sink as a process of its own, on topics of a test.

Prints `ready` once every partition knows where to read on. SIGTERM ends it as it ends the sink.
"""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass

from avro_schemas.codec import Codec
from avro_schemas.schemas import SCHEMA_NAMES, SchemaName, schema
from streams.audit.batch import BatchLimits
from streams.audit.errors import SinkStoppedError
from streams.audit.settings import SinkSettings
from streams.audit.sink import run_sink
from streams.audit.tables import TABLES
from streams.log import configure

IDS: dict[SchemaName, int] = {name: number for number, name in enumerate(SCHEMA_NAMES, start=1)}


def offline_codec() -> Codec:
    """A codec with fixed schema ids, so that a test of the sink needs no registry."""
    by_id = {number: schema(name).canonical for name, number in IDS.items()}
    return Codec(IDS, by_id.__getitem__)


@dataclass(frozen=True, slots=True)
class Given:
    """What the test tells the process."""

    bootstrap: str
    host: str
    port: int
    user: str
    password: str
    database: str
    group: str
    topics: dict[str, SchemaName]
    rows: int = 500

    def settings(self) -> SinkSettings:
        """Settings of the sink."""
        return SinkSettings(
            kafka_bootstrap=self.bootstrap,
            clickhouse_host=self.host,
            clickhouse_port=self.port,
            clickhouse_user=self.user,
            clickhouse_password=self.password,
            clickhouse_database=self.database,
            group=self.group,
            limits=BatchLimits(rows=self.rows, wait_s=0.05),
            drain_s=10.0,
        )


async def main(given: Given) -> int:
    """Run the sink until a signal; 1 when it stopped by itself."""
    ready, stop = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    routes = {topic: (name, TABLES[name]) for topic, name in given.topics.items()}
    sink = asyncio.create_task(run_sink(given.settings(), offline_codec(), ready=ready, stop=stop, topics=routes))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({sink, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        print("ready", flush=True)
    waiting.cancel()
    try:
        await sink
    except SinkStoppedError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    configure()
    sys.exit(asyncio.run(main(Given(**json.loads(sys.argv[1])))))
