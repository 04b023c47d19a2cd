"""Connectors and surroundings to try things with."""

from typing import Any

from streams.connect.config import Config, Surroundings, connector_config
from streams.connect.connectors import Connector

AROUND = Surroundings("kafka:9092", "http://registry:8080/apis/registry/v2")
DEMO: dict[str, Any] = {
    "shop": "demo",
    "host": "db.shop.example",
    "user": "debezium",
    "password_file": "/run/secrets/debezium.properties",
    "database": "shop",
    "server_id": 5401,
}


def connector(**changes: object) -> Connector:
    """The shop `demo`, with changes."""
    return Connector.model_validate({**DEMO, **changes})


def config(**changes: object) -> Config:
    """Its configuration."""
    return connector_config(connector(**changes), AROUND)
