"""The connectors file: which databases are captured, as Kafka Connect's workers reach them."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

SslMode = Literal["disable", "trust", "verify-ca", "verify-full"]
OrderStorage = Literal["hpos", "legacy"]
_IDENTIFIER = r"^[A-Za-z0-9_]{1,64}$"


class ConnectorsFileError(ValueError):
    """The connectors file is wrong; the message names the file and the rule."""


class Connector(BaseModel):
    """One shop's database. Everything stands as a Connect worker sees it: host, port and the paths of files."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    shop: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Id in the shops file, Debezium's logical name and `topic.prefix`: never changed while the connector lives."""
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 3306
    user: Annotated[str, Field(pattern=r"^[^${}\s]{1,80}$")]
    password_file: Annotated[str, Field(pattern=r"^/[^${}:]+$")]
    """A properties file with a line `password=...`, in a folder that the worker's FileConfigProvider may read."""
    database: Annotated[str, Field(pattern=_IDENTIFIER)]
    table_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{0,32}$")] = "wp_"
    server_id: Annotated[int, Field(ge=1, le=2**32 - 1)]
    """What the connector calls itself among the server's replicas: no other may have it."""
    ssl_mode: SslMode = "verify-full"
    truststore_file: Annotated[str, Field(pattern=r"^/[^${}]+$")] | None = None
    """Certificates that the server's is checked against; without one, those that Java trusts."""
    order_storage: OrderStorage = "hpos"
    """Where orders live: WooCommerce's own tables, or the posts of an older shop. What only mirrors is not captured."""

    @property
    def name(self) -> str:
        """Name in Kafka Connect; its stored offsets belong to it."""
        return f"{self.shop}-mariadb"


class Connectors(BaseModel):
    """The whole file. What Connect's workers reach under another address than we do stands here."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kafka_bootstrap: Annotated[str, Field(min_length=3)] | None = None
    registry_url: HttpUrl | None = None
    connectors: Annotated[list[Connector], Field(min_length=1)]


def read_connectors(path: Path) -> Connectors:
    """The file's content; ConnectorsFileError when it is missing or wrong."""
    try:
        found = Connectors.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise ConnectorsFileError(f"connectors file {path}: {wrong}") from None
    except (OSError, yaml.YAMLError) as error:
        told = f"connectors file {path}: {error}. INLAND_CONNECTORS_FILE names it."
        raise ConnectorsFileError(told) from None
    for what in ("shop", "server_id"):
        values = [getattr(connector, what) for connector in found.connectors]
        if double := {value for value in values if values.count(value) > 1}:
            raise ConnectorsFileError(f"connectors file {path}: two connectors share the {what} {sorted(double)[0]}")
    return found
