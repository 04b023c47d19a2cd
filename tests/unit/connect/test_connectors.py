"""The connectors file: what is refused, and what is said."""

from pathlib import Path

import pytest
import yaml

from streams.connect.capture import UnknownTableError, table_named
from streams.connect.connectors import ConnectorsFileError, read_connectors
from streams.connect.wanted import native, wanted
from streams.settings import Settings
from tests.unit.connect.shops import DEMO, connector


def _file(folder: Path, *connectors: dict[str, object], **shared: object) -> Path:
    path = folder / "connectors.yaml"
    path.write_text(yaml.safe_dump({**shared, "connectors": list(connectors)}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shop", "Demo"),
        ("shop", "a.b"),
        ("host", "a b"),
        ("port", 0),
        ("password_file", "relative.properties"),
        ("password_file", "/x:${env:HOME}"),
        ("database", "shop.wp"),
        ("table_prefix", "wp_|.*"),
        ("server_id", 0),
        ("ssl_mode", "maybe"),
        ("order_storage", "both"),
        ("passwort_file", "/a"),
    ],
)
def test_a_wrong_value_or_a_misspelt_key_is_refused_with_its_place_and_without_its_value(
    tmp_path: Path, key: str, value: object
) -> None:
    with pytest.raises(ConnectorsFileError, match=rf"connectors\.0\.{key}") as refused:
        read_connectors(_file(tmp_path, {**DEMO, key: value}))
    assert "${env" not in str(refused.value)


@pytest.mark.parametrize(("changes", "told"), [({}, "shop demo"), ({"shop": "other"}, "server_id 5401")])
def test_two_connectors_may_share_neither_shop_nor_server_id(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(ConnectorsFileError, match=told):
        read_connectors(_file(tmp_path, DEMO, {**DEMO, **changes}))


def test_a_file_that_is_not_there_is_told_with_the_setting_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConnectorsFileError, match="INLAND_CONNECTORS_FILE"):
        read_connectors(tmp_path / "none.yaml")


def test_encryption_is_on_unless_the_file_says_otherwise() -> None:
    assert connector().ssl_mode == "verify-full"


def test_the_workers_own_addresses_stand_in_the_file_else_the_settings_hold(tmp_path: Path) -> None:
    given = Settings(
        connectors_file=_file(tmp_path, DEMO), kafka_bootstrap="k:1", registry_url="http://r/apis/ccompat/v7"
    )
    assert wanted(given).around.kafka_bootstrap == "k:1"
    assert wanted(given).around.registry_url == "http://r/apis/registry/v2"
    _file(tmp_path, DEMO, kafka_bootstrap="inner:9", registry_url="http://inner/apis/registry/v2")
    assert wanted(given).around.kafka_bootstrap == "inner:9"
    assert wanted(given).around.registry_url == "http://inner/apis/registry/v2"


def test_a_registry_without_apicurios_api_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConnectorsFileError, match="registry_url"):
        native("http://registry:8081")


def test_a_shop_need_not_be_named_where_there_is_one(tmp_path: Path) -> None:
    one = wanted(Settings(connectors_file=_file(tmp_path, DEMO)))
    assert one.of_shop(None).shop == "demo"
    two = wanted(Settings(connectors_file=_file(tmp_path, DEMO, {**DEMO, "shop": "other", "server_id": 2})))
    assert two.of_shop("other").server_id == 2
    for shop in (None, "nobody"):
        with pytest.raises(ConnectorsFileError, match="demo, other"):
            two.of_shop(shop)


def test_an_unknown_table_is_refused_with_those_there_are() -> None:
    assert table_named(connector(), "wc_orders").key == "id"
    with pytest.raises(UnknownTableError, match="wc_order_addresses"):
        table_named(connector(), "wp_wc_orders")
    with pytest.raises(UnknownTableError, match="postmeta"):
        table_named(connector(order_storage="legacy"), "wc_orders")
