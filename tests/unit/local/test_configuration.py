"""What is rendered for Debezium, Kafka, Connect, MariaDB and ClickHouse."""

import re
from xml.etree import ElementTree

from infra.local.components.clickhouse import USERS, clickhouse, server_files
from infra.local.components.connect import worker_properties
from infra.local.components.connector import connector_config
from infra.local.components.kafka import server_properties
from infra.local.components.mariadb_sql import accounts_sql
from infra.local.components.stages import client_environment, stages
from infra.local.layout import Layout
from infra.local.secrets import RANDOM, secret
from tests.unit.local.conftest import settings_of

TABLES = ("wp_wc_order_addresses", "wp_wc_orders", "wp_comments")


def properties(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def routed(config: dict[str, str], topic: str) -> str:
    """Where the connector's router sends a topic, as RegexRouter does: a whole match is replaced."""
    whole = re.fullmatch(config["transforms.route.regex"], topic)
    return config["transforms.route.replacement"] if whole else topic


def test_addresses_are_read_before_their_orders_in_a_snapshot(layout: Layout) -> None:
    config = connector_config(settings_of(layout), layout)
    assert config["table.include.list"].split(",") == [f"shop.{table}" for table in TABLES]


def test_each_captured_table_is_keyed_by_its_aggregate_and_routed_to_one_topic(layout: Layout) -> None:
    config = connector_config(settings_of(layout), layout)
    keys = dict(entry.split(":") for entry in config["message.key.columns"].split(";"))
    for transform in ("orderKey", "addressKey", "commentKey"):
        predicate = config[f"transforms.{transform}.predicate"]
        pattern = config[f"predicates.{predicate}.pattern"]
        tables = [table for table in TABLES if re.fullmatch(pattern, f"demo.shop.{table}")]
        assert [keys[f"shop.{table}"] for table in tables] == [config[f"transforms.{transform}.field"]]
    assert {routed(config, f"demo.shop.{table}") for table in TABLES} == {"shop.cdc.changes"}
    assert routed(config, "inland-heartbeat.demo") == "inland-heartbeat.demo"


def test_raw_statements_never_leave_the_database(layout: Layout) -> None:
    assert connector_config(settings_of(layout), layout)["include.query"] == "false"


def test_no_secret_stands_in_a_configuration_a_command_line_or_an_environment(fetched: Layout) -> None:
    settings = settings_of(fetched)
    parts = [clickhouse(settings, fetched), *stages(settings, fetched)]
    texts = [
        str(connector_config(settings, fetched)),
        worker_properties(settings, fetched),
        *server_files(settings, fetched, fetched.run_of("clickhouse")).values(),
        *(f"{part.command} {dict(part.environment)}" for part in parts),
    ]
    for name in RANDOM:
        assert not any(secret(fetched, name) in text for text in texts), name


def test_connect_may_read_secrets_from_its_own_folder_alone(layout: Layout) -> None:
    worker = properties(worker_properties(settings_of(layout), layout))
    assert worker["config.providers.file.param.allowed.paths"] == str(layout.run / "connect")
    password = connector_config(settings_of(layout), layout)["database.password"]
    assert password.startswith(f"${{file:{layout.run / 'connect'}/")


def test_the_broker_makes_no_topic_by_itself_and_listens_on_loopback(layout: Layout) -> None:
    broker = properties(server_properties(settings_of(layout), layout.data))
    assert broker["auto.create.topics.enable"] == "false"
    assert all("//127.0.0.1:" in listener for listener in broker["listeners"].split(","))


def test_debezium_may_read_and_follow_and_nothing_else() -> None:
    sql = accounts_sql({"root": "r", "shop": "s", "debezium": "d"})
    grants = [line for line in sql.splitlines() if line.startswith("GRANT") and "'debezium'" in line]
    assert grants == [
        "GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'debezium'@'127.0.0.1';"
    ]


def test_accounts_are_one_statement_a_line_and_stay_out_of_the_binlog() -> None:
    lines = accounts_sql({"root": "r", "shop": "s", "debezium": "d"}).splitlines()
    assert lines[0] == "SET SESSION sql_log_bin=0;"
    assert all(line.endswith(";") and line.count(";") == 1 for line in lines)


def test_clickhouse_knows_three_users_by_hash_and_gives_the_passwordless_one_a_single_session(layout: Layout) -> None:
    files = server_files(settings_of(layout), layout, layout.run_of("clickhouse"))
    users = ElementTree.fromstring(files["users.xml"])  # noqa: S314 - our own file
    for user in USERS:
        hashed = users.findtext(f"users/{user}/password_sha256_hex")
        assert hashed is not None
        assert len(hashed) == 64
    assert users.findtext("users/default/profile") == "launcher"
    assert users.findtext("profiles/launcher/max_sessions_for_user") == "1"
    assert {node.tag for node in users.findall("users/*")} == {"default", *USERS}


def test_clients_are_pointed_at_this_platform_and_told_files_of_secrets(layout: Layout) -> None:
    given = client_environment(settings_of(layout), layout)
    assert given["INLAND_KAFKA_BOOTSTRAP"] == "127.0.0.1:19092"
    assert given["INLAND_REGISTRY_URL"] == "http://127.0.0.1:18081/apis/ccompat/v7"
    assert given["INLAND_CLICKHOUSE_PASSWORD_FILE"] == str(layout.secrets / "clickhouse-writer")
