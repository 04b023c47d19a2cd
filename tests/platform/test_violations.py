"""A foreign AI service's key in the shop's settings is on record within seconds, by a fingerprint; the key nowhere."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from clickhouse_connect.driver.client import Client
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from avro_schemas.codec import Codec
from infra.local.platform import Platform
from infra.local.settings import HOST
from infra.local.shop.database import DatabaseSettings
from streams.delivery.reading import read
from tests.platform.audit_stand import eventually
from tests.unit.sources.made_up import ALNUM, LETTERS, URL_SAFE, drawn
from topics.catalogue import catalogue
from topics.model import Zone
from topics.names import POLICY_VIOLATIONS, SHOP_CDC_CHANGES

PATIENCE_S = 60.0
SECONDS = 10
"""Within how many seconds of the change it is found; the binlog's time is cut to the second."""
RUN = uuid4().hex[:8]
SEED = int(RUN, 16)
OPENAI = f"sk-proj-{drawn(URL_SAFE, 74, SEED)}T3BlbkFJ{drawn(URL_SAFE, 74, SEED + 1)}"
ANTHROPIC = f"sk-ant-api03-{drawn(URL_SAFE, 93, SEED)}AA"
MISTRAL = drawn(ALNUM, 32, SEED)
HUGGING_FACE = f"hf_{drawn(LETTERS, 34, SEED)}"
AZURE = f"shop-{RUN}.openai.azure.com"
SECRETS = (OPENAI, ANTHROPIC, MISTRAL, HUGGING_FACE, AZURE)

OPTION = f"ai_engine_{RUN}"
POSTMETA = f"_ai_writer_{RUN}"
USERMETA = f"ai_chat_{RUN}"
PLAIN = f"mistral_api_key_{RUN}"
BIG = f"ai_pages_{RUN}"
LOCAL = f"local_model_{RUN}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The shop's settings, as WordPress writes them."""

    connection: "Connection[Cursor]" = field(repr=False)

    def option(self, name: str, value: str) -> None:
        """What update_option does."""
        self._run(
            "INSERT INTO wp_options (option_name, option_value, autoload) VALUES (%s, %s, 'auto')"
            " ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
            name,
            value,
        )

    def post_meta(self, name: str, value: str) -> None:
        """What update_post_meta does for a field that is not there yet."""
        self._run("INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (7, %s, %s)", name, value)

    def user_meta(self, name: str, value: str) -> None:
        """What update_user_meta does for a field that is not there yet."""
        self._run("INSERT INTO wp_usermeta (user_id, meta_key, meta_value) VALUES (1, %s, %s)", name, value)

    def _run(self, statement: str, *values: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)


@dataclass(frozen=True, slots=True)
class Landed:
    """What ClickHouse shows of one setting."""

    client: Client

    def of(self, name: str) -> list[dict[str, Any]]:
        """Its rows, in the order of detection."""
        found = self.client.query(
            "SELECT service, kind, rule, table, row_id, fingerprint, shop_id, region,"
            " dateDiff('second', captured_at, detected_at) AS seconds"
            " FROM policy_violations WHERE name = {name:String} ORDER BY detected_at, service, kind",
            parameters={"name": name},
        )
        return list(found.named_results())

    def await_(self, name: str, count: int) -> list[dict[str, Any]]:
        """Its rows once there are so many."""
        eventually(f"{count} violations of {name}", lambda: len(self.of(name)) >= count, PATIENCE_S)
        return self.of(name)


@pytest.fixture(scope="module")
def landed(analyst: Client) -> Landed:
    return Landed(analyst)


@pytest.fixture(scope="module")
def settings(platform: Platform) -> Iterator[Settings]:
    secret = platform.layout.secrets / "mariadb-shop"
    login = DatabaseSettings(HOST, platform.settings.mariadb_port, "shop", secret, "shop")
    with closing(login.connect()) as connection:
        yield Settings(connection)


def _php(**fields: str) -> str:
    inner = "".join(f's:{len(name)}:"{name}";s:{len(value)}:"{value}";' for name, value in fields.items())
    return f"a:{len(fields)}:{{{inner}}}"


@pytest.fixture(scope="module")
def saved(settings: Settings, landed: Landed) -> None:
    """Everything that this module's tests look at, saved once."""
    settings.option(LOCAL, _php(url="http://127.0.0.1:8080/v1", openai_apikey=""))
    settings.option(OPTION, _php(model="gpt-5", openai_apikey=OPENAI))
    settings.option(PLAIN, MISTRAL)
    settings.option(BIG, "lorem ipsum " * 25_000 + f'{{"token":"{HUGGING_FACE}"}}')
    settings.post_meta(POSTMETA, json.dumps({"endpoint": f"https://{AZURE}/openai/v1"}))
    settings.user_meta(USERMETA, _php(claude=ANTHROPIC))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (OPTION, ("options", "openai", "api_key")),
        (PLAIN, ("options", "mistral", "api_key")),
        (BIG, ("options", "hugging_face", "api_key")),
        (POSTMETA, ("postmeta", "azure_openai", "endpoint")),
        (USERMETA, ("usermeta", "anthropic", "api_key")),
    ],
)
def test_a_key_or_endpoint_in_a_setting_is_on_record_within_seconds(
    saved: None, landed: Landed, name: str, found: tuple[str, str, str]
) -> None:
    (row,) = landed.await_(name, 1)
    assert (row["table"], row["service"], row["kind"]) == found
    assert (row["shop_id"], row["region"]) == ("demo", "eu")
    assert row["row_id"] > 0
    assert row["seconds"] <= SECONDS


async def test_the_same_key_saved_again_is_one_row_and_its_removal_raises_nothing(
    saved: None, platform: Platform, settings: Settings, landed: Landed
) -> None:
    (first,) = landed.await_(OPTION, 1)
    settings.option(OPTION, _php(model="gpt-5-mini", openai_apikey=OPENAI))
    settings.option(OPTION, _php(model="gpt-5-mini", openai_apikey=""))
    settings.option(OPTION, _php(claude=ANTHROPIC))
    # One row's changes keep their order all the way: when the last has landed, so has what came before.
    rows = landed.await_(OPTION, 2)
    assert [row["service"] for row in rows] == ["openai", "anthropic"]
    assert rows[0] == first
    (elsewhere,) = landed.await_(USERMETA, 1)
    assert rows[1]["fingerprint"] == elsewhere["fingerprint"], "one key in two places is seen to be one"
    codec = Codec.connect(platform.settings.registry_url, 30.0)
    bootstrap = platform.settings.kafka_bootstrap
    published = [
        codec.decode("policy_violation", message.value)
        async for message in read(bootstrap, POLICY_VIOLATIONS, "earliest", "latest")
    ]
    told = [(record["service"], record["violation_id"]) for record in published if record["name"] == OPTION]
    assert [service for service, _ in told] == ["openai", "openai", "anthropic"]
    assert told[0] == told[1]


def test_a_local_server_and_an_empty_key_are_no_violation(saved: None, landed: Landed) -> None:
    landed.await_(USERMETA, 1)
    assert landed.of(LOCAL) == []


def _without(content: bytes, place: str) -> None:
    assert not [number for number, secret in enumerate(SECRETS) if secret.encode() in content], f"a key in {place}"


async def test_no_key_stands_in_any_topic_outside_the_restricted_zone(
    saved: None, platform: Platform, landed: Landed
) -> None:
    for name in (OPTION, PLAIN, BIG, POSTMETA, USERMETA):
        landed.await_(name, 1)
    records = 0
    for topic in catalogue().values():
        if topic.zone is Zone.RESTRICTED:
            continue
        async for message in read(platform.settings.kafka_bootstrap, topic.name, "earliest", "latest"):
            records += 1
            _without((message.key or b"") + (message.value or b""), message.place)
    assert records >= 5


async def test_the_restricted_zone_does_hold_them_so_that_the_search_means_something(
    saved: None, platform: Platform, landed: Landed
) -> None:
    landed.await_(USERMETA, 1)
    captured = b"".join(
        [
            message.value or b""
            async for message in read(platform.settings.kafka_bootstrap, SHOP_CDC_CHANGES, "earliest", "latest")
        ]
    )
    assert all(secret.encode() in captured for secret in (OPENAI, MISTRAL, HUGGING_FACE, ANTHROPIC, AZURE))


def _holding(client: Client, table: str, words: Sequence[str]) -> int:
    """Rows of a table that hold one of the words in any column."""
    asked = client.query(
        "SELECT countIf(multiSearchAny(toString(tuple(*)), {words:Array(String)})) FROM {table:Identifier}",
        parameters={"words": list(words), "table": table},
    )
    return int(asked.result_rows[0][0])


def test_no_key_stands_in_any_table_or_log(saved: None, platform: Platform, analyst: Client, landed: Landed) -> None:
    landed.await_(USERMETA, 1)
    tables = [row[0] for row in analyst.query("SELECT name FROM system.tables WHERE database = 'inland'").result_rows]
    assert "policy_violations" in tables
    # The search itself finds what is there.
    assert _holding(analyst, "policy_violations", [OPTION]) > 0
    for table in tables:
        assert _holding(analyst, table, SECRETS) == 0, table
    logs = sorted(platform.layout.logs.glob("*.log*"))
    assert logs
    for log in logs:
        _without(log.read_bytes(), log.name)
