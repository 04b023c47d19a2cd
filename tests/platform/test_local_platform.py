"""The platform's own promises, on its real parts: found, kept, guarded, and never orphaned."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pymysql
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.platform import Platform
from infra.local.secrets import secret
from infra.local.settings import HOST
from infra.local.shop.database import DatabaseSettings, create_schema
from infra.local.status import PlatformStatus, State
from tests.platform.conftest import discard, fresh_platform


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Infrastructure of this module's own: its tests kill and restart it."""
    own = fresh_platform(tmp_path_factory, "own")
    yield own
    discard(own)


@pytest.fixture
def own(kept: Platform) -> Platform:
    """The module's infrastructure, healthy whatever the test before did to it."""
    if kept.status().phase != "healthy":
        kept.down()
    kept.up(platform_only=True)
    return kept


def ask(platform: Platform, user: str, query: str) -> httpx.Response:
    """Put a query to ClickHouse as one of its users."""
    headers = {"X-ClickHouse-User": user, "X-ClickHouse-Key": secret(platform.layout, f"clickhouse-{user}")}
    return httpx.post(platform.settings.clickhouse_url, content=query, headers=headers, timeout=30, trust_env=False)


def told(platform: Platform, query: str) -> str:
    """What the writer is answered to a query that must succeed."""
    answer = ask(platform, "writer", query)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.text.strip()


def schema_id(platform: Platform) -> int:
    """The id under which the registry holds a schema, registered on first use."""
    schema = {"type": "record", "name": "Kept", "fields": [{"name": "id", "type": "long"}]}
    url = f"{platform.settings.registry_url}/subjects/kept-value/versions"
    answer = httpx.post(url, json={"schema": json.dumps(schema)}, timeout=30, trust_env=False)
    found: int = answer.raise_for_status().json()["id"]
    return found


def pids(status: PlatformStatus) -> list[int]:
    """Every process of a platform."""
    own = [status.supervisor_pid] if status.supervisor_pid else []
    return [*own, *(part.pid for part in status.components if part.pid)]


def alive(pid: int) -> bool:
    """True while a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(condition: Any, *, seconds: float = 20.0) -> None:
    """Await a condition."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other processes' state can only be polled
            await asyncio.sleep(0.05)


def shop(platform: Platform) -> "pymysql.connections.Connection[pymysql.cursors.Cursor]":
    """The shop's own connection to its tables, which are made when missing."""
    password = platform.layout.secrets / "mariadb-shop"
    settings = DatabaseSettings(HOST, platform.settings.mariadb_port, "shop", password, "shop")
    create_schema(settings)
    return settings.connect()


async def create_topic(platform: Platform, name: str) -> None:
    """Create a topic of two partitions unless it is there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=platform.settings.kafka_bootstrap)
    await admin.start()
    try:
        if name not in await admin.list_topics():
            await admin.create_topics([NewTopic(name, 2, 1)])
    finally:
        await admin.close()


def test_a_second_up_finds_the_first_and_leaves_its_processes_alone(own: Platform) -> None:
    before = pids(own.status())
    assert Platform(own.settings).up(platform_only=True).phase == "healthy"
    assert pids(own.status()) == before


def test_readers_read_what_is_theirs_and_write_nothing(own: Platform) -> None:
    told(own, "CREATE DATABASE IF NOT EXISTS inland")
    told(own, "CREATE DATABASE IF NOT EXISTS inland_restricted")
    told(own, "CREATE TABLE IF NOT EXISTS inland.event (id Int64) ENGINE = MergeTree ORDER BY id")
    told(own, "CREATE TABLE IF NOT EXISTS inland_restricted.subject (id Int64) ENGINE = MergeTree ORDER BY id")
    allowed = {
        (user, query): ask(own, user, query).status_code == httpx.codes.OK
        for user in ("analyst", "compliance")
        for query in (
            "SELECT count() FROM inland.event",
            "SELECT count() FROM inland_restricted.subject",
            "INSERT INTO inland.event VALUES (1)",
            "DROP TABLE inland.event",
            "SELECT 1 SETTINGS readonly = 0",
            "SELECT 1 SETTINGS max_execution_time = 86400",
            "SELECT * FROM file('/etc/hostname', 'LineAsString')",
            "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
        )
    }
    assert {pair for pair, ok in allowed.items() if ok} == {
        ("analyst", "SELECT count() FROM inland.event"),
        ("compliance", "SELECT count() FROM inland.event"),
        ("compliance", "SELECT count() FROM inland_restricted.subject"),
    }


@pytest.mark.parametrize("user", ["default", "", "writer"])
def test_nobody_gets_into_clickhouse_without_a_password(own: Platform, user: str) -> None:
    answer = httpx.post(f"{own.settings.clickhouse_url}/", content="SELECT 1", params={"user": user}, trust_env=False)
    assert answer.status_code != httpx.codes.OK


async def test_what_was_acknowledged_is_there_after_a_restart(own: Platform) -> None:
    await create_topic(own, "kept")
    told(own, "CREATE DATABASE IF NOT EXISTS inland")
    told(own, "CREATE OR REPLACE TABLE inland.kept (id Int64) ENGINE = MergeTree ORDER BY id")
    told(own, "INSERT INTO inland.kept VALUES (7)")
    with shop(own) as database, database.cursor() as rows:
        rows.execute("INSERT INTO wp_wc_orders (id, status) VALUES (7, 'wc-pending')")
    before = schema_id(own)

    assert own.down()
    own.up(platform_only=True)

    assert told(own, "SELECT id FROM inland.kept") == "7"
    assert schema_id(own) == before
    with shop(own) as database, database.cursor() as rows:
        assert rows.execute("SELECT id FROM wp_wc_orders WHERE id = 7") == 1
    admin = AIOKafkaAdminClient(bootstrap_servers=own.settings.kafka_bootstrap)
    await admin.start()
    assert "kept" in await admin.list_topics()
    await admin.close()


async def test_infrastructure_that_dies_is_reported_and_not_hidden_by_a_restart(own: Platform) -> None:
    pid = own.status().component("clickhouse").pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: own.status().phase == "degraded")
    assert own.status().component("clickhouse").state is State.EXITED


async def test_a_batch_acknowledged_before_a_kill_is_in_clickhouse_after_it(own: Platform) -> None:
    told(own, "CREATE DATABASE IF NOT EXISTS inland")
    told(own, "CREATE OR REPLACE TABLE inland.killed (id Int64) ENGINE = MergeTree ORDER BY id")
    told(own, "INSERT INTO inland.killed SELECT number FROM numbers(1000)")
    pid = own.status().component("clickhouse").pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    own.down()
    own.up(platform_only=True)
    assert told(own, "SELECT count() FROM inland.killed") == "1000"


async def test_a_supervisor_that_is_killed_takes_every_process_with_it_and_the_next_start_succeeds(
    own: Platform,
) -> None:
    before = own.status()
    assert before.supervisor_pid is not None
    os.kill(before.supervisor_pid, signal.SIGKILL)
    await until(lambda: not any(alive(pid) for pid in pids(before)))
    await until(lambda: own.status().phase == "stopped")
    assert own.up(platform_only=True).phase == "healthy"


def test_down_leaves_no_process_and_says_when_there_was_none(own: Platform) -> None:
    before = pids(own.status())
    assert own.down()
    assert [pid for pid in before if alive(pid)] == []
    assert not own.down()
