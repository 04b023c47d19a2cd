"""A schema registry that speaks the Confluent REST API (Apicurio's ccompat, Confluent's own, Karapace).

Source of the routes: Confluent Schema Registry API reference. Subjects follow RecordNameStrategy.
"""

import time
from typing import Any, Self

import httpx

from avro_schemas.schemas import Schema, SchemaName, wire_schemas

COMPATIBILITY = "BACKWARD"
_TIMEOUT_S = 5.0
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class RegistryError(Exception):
    """The registry refused or could not be reached; the message says which call and what to do."""


class UnknownSchemaError(RegistryError):
    """The registry answers, and holds no such schema."""


class Registry:
    """Thin synchronous client: used at start-up and by commands, never per message. Closed with its `with` block."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        # trust_env off: a proxy from the environment must not see schemas, nor break loopback.
        self._client = client or httpx.Client(timeout=_TIMEOUT_S, trust_env=False)
        self._url = url.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def register(self, schema: Schema) -> int:
        """Register a schema under its subject and hold the subject to BACKWARD; returns the schema id.

        Registering the same schema again gives the same id. An incompatible one raises RegistryError.
        """
        answer = self._call("POST", f"/subjects/{schema.subject}/versions", {"schema": schema.canonical})
        self._call("PUT", f"/config/{schema.subject}", {"compatibility": COMPATIBILITY})
        return int(answer["id"])

    def lookup(self, schema: Schema) -> int:
        """Id of an already registered schema; RegistryError when it is not there."""
        return int(self._call("POST", f"/subjects/{schema.subject}", {"schema": schema.canonical})["id"])

    def latest(self, schema: Schema) -> str | None:
        """Text of the newest schema under the same subject; None when there is none."""
        try:
            return str(self._call("GET", f"/subjects/{schema.subject}/versions/latest", None)["schema"])
        except UnknownSchemaError:
            return None

    def fetch(self, schema_id: int) -> str:
        """Text of the schema with this id; RegistryError when there is none."""
        return str(self._call("GET", f"/schemas/ids/{schema_id}", None)["schema"])

    def _call(self, method: str, path: str, body: dict[str, str] | None) -> Any:
        try:
            answer = self._client.request(method, self._url + path, json=body, headers={"Accept": _MEDIA_TYPE})
        except httpx.HTTPError as error:
            raise RegistryError(
                f"schema registry at {self._url} does not answer ({type(error).__name__}): "
                "is it up, and is INLAND_REGISTRY_URL right?"
            ) from error
        if answer.status_code == httpx.codes.CONFLICT:
            raise RegistryError(
                f"{method} {path}: the schema is not {COMPATIBILITY} compatible with the registered one. "
                "Add new fields with a default, and never rename or retype one."
            )
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise UnknownSchemaError(f"{method} {path}: the registry holds no such schema.")
        if answer.is_error:
            raise RegistryError(f"{method} {path}: the registry answered {answer.status_code}")
        return answer.json()


def register_all(url: str) -> dict[SchemaName, int]:
    """Register every wire schema; returns their ids."""
    with Registry(url) as registry:
        return {schema.name: registry.register(schema) for schema in wire_schemas()}


def lookup_all(url: str, patience_s: float = 30.0) -> dict[SchemaName, int]:
    """Ids of every wire schema, waiting up to `patience_s` for a registry that is still starting."""
    deadline = time.monotonic() + patience_s
    with Registry(url) as registry:
        while True:
            try:
                return {schema.name: registry.lookup(schema) for schema in wire_schemas()}
            except RegistryError as error:
                if time.monotonic() > deadline:
                    told = f"{error} Have the schemas been registered? `inland apply` does it."
                    raise RegistryError(told) from error
                time.sleep(0.5)
