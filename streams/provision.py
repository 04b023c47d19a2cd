"""Creates what the stages need: topics, registered schemas, ClickHouse tables. Safe to run again at any time."""

import asyncio

from clickhouse_connect.driver.exceptions import ClickHouseError

from avro_schemas.registry import register_all
from infra.clickhouse.migrate import MigrationError, migrate
from streams.clickhouse import Login, connected
from streams.settings import Settings, secret
from topics.apply import apply as apply_topics
from topics.catalogue import catalogue
from topics.rules import violations


class ProvisionError(Exception):
    """Something could not be created; the message says what and what to do."""


async def provision(settings: Settings) -> list[str]:
    """Create what is missing, all three at the same time; returns one line for each thing done."""
    wanted = list(catalogue().values())
    if broken := violations(wanted):
        raise ProvisionError("; ".join(broken))
    changes, ids, migrated = await asyncio.gather(
        apply_topics(settings.kafka_bootstrap, wanted),
        asyncio.to_thread(register_all, settings.registry_url),
        asyncio.to_thread(_migrate, settings),
    )
    return [
        *(f"topic {change.topic}: {change.action} ({change.detail})" for change in changes),
        *(f"schema {name}: id {schema_id}" for name, schema_id in sorted(ids.items())),
        *(f"table change {name}" for name in migrated),
    ]


def _migrate(settings: Settings) -> list[str]:
    login = Login(
        settings.clickhouse_host,
        settings.clickhouse_port,
        settings.clickhouse_user,
        secret(settings.clickhouse_password_file),
    )
    try:
        with connected(login) as client:
            return migrate(client, settings.clickhouse_database)
    except MigrationError as error:
        raise ProvisionError(str(error)) from None
    except ClickHouseError as error:
        raise ProvisionError(
            f"ClickHouse at {settings.clickhouse_host}:{settings.clickhouse_port} refused ({type(error).__name__}): "
            "is it up, and may INLAND_CLICKHOUSE_USER create tables?"
        ) from None
