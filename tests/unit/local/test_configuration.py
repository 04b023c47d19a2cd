"""What is rendered for Debezium, Kafka, Connect, MariaDB and ClickHouse."""

from pathlib import Path
from xml.etree import ElementTree

import yaml

from infra.local.components.clickhouse import USERS, clickhouse, server_files
from infra.local.components.connect import worker_properties
from infra.local.components.connector import connectors_yaml, write_connectors
from infra.local.components.kafka import server_properties
from infra.local.components.mariadb_sql import accounts_sql
from infra.local.components.stages import client_environment, stages
from infra.local.layout import Layout
from infra.local.secrets import RANDOM, secret
from tests.unit.local.conftest import settings_of


def properties(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def test_no_secret_stands_in_a_configuration_a_command_line_or_an_environment(fetched: Layout) -> None:
    settings = settings_of(fetched)
    parts = [clickhouse(settings, fetched), *stages(settings, fetched)]
    texts = [
        connectors_yaml(settings, fetched),
        worker_properties(settings, fetched),
        *server_files(settings, fetched, fetched.run_of("clickhouse")).values(),
        *(f"{part.command} {dict(part.environment)}" for part in parts),
    ]
    for name in RANDOM:
        assert not any(secret(fetched, name) in text for text in texts), name


def test_connect_may_read_secrets_from_its_own_folder_alone(layout: Layout) -> None:
    worker = properties(worker_properties(settings_of(layout), layout))
    assert worker["config.providers.file.param.allowed.paths"] == str(layout.run / "connect")
    (shop,) = yaml.safe_load(connectors_yaml(settings_of(layout), layout))["connectors"]
    assert Path(shop["password_file"]).parent == layout.run / "connect"


def test_the_password_of_the_connector_is_written_for_its_owner_alone(layout: Layout) -> None:
    write_connectors(settings_of(layout), layout)
    (shop,) = yaml.safe_load(layout.connectors_file.read_text(encoding="utf-8"))["connectors"]
    file = Path(shop["password_file"])
    assert file.read_text(encoding="utf-8") == f"password={secret(layout, 'mariadb-debezium')}\n"
    assert file.stat().st_mode & 0o077 == 0


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
