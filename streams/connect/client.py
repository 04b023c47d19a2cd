"""Kafka Connect's REST API, as much of it as is needed. Every call has a deadline.

Source: Apache Kafka's documentation, Kafka Connect, REST API.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from streams.connect.config import Config

_TIMEOUT_S = 30.0
_BUSY_S = 30.0
_PAUSE_S = 0.3


class ConnectError(Exception):
    """Kafka Connect refused or could not be reached; the message says which call and what to do."""


# What MariaDB and MySQL answer to a replica that asks for what they have deleted (error 1236); and over what Debezium
# stumbles for ever when it took its snapshot of a server whose binlog held no transaction yet.
_PURGED = re.compile(
    r"binlog files have been purged|Could not find GTID state|Could not find first log file name"
    r"|this\.gtidSet\W+is null"
)
_CAUSE = re.compile(r"^(?:Caused by: )?(?:[a-z_][\w$]*\.)+([A-Z][\w$]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ConnectorStatus:
    """State of a connector and of its tasks in Connect's words.

    `trouble` names the exception at the bottom of a failed task; its message, which may quote a row, stays in the log.
    `purged` is true when the server does not hold the place in the binlog from which the connector would have to go on.
    """

    state: str
    tasks: tuple[str, ...]
    trouble: str = ""
    purged: bool = False

    @property
    def runs(self) -> bool:
        """True when the connector and at least one task run, and none does anything else."""
        return bool(self.tasks) and {self.state, *self.tasks} == {"RUNNING"}

    @property
    def failed(self) -> bool:
        """True when something of it has failed and waits for a restart."""
        return "FAILED" in {self.state, *self.tasks}


class ConnectClient:
    """Thin synchronous client, for commands. Closed with its `with` block."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(timeout=_TIMEOUT_S, trust_env=False)
        self._url = url.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def config(self, name: str) -> Config | None:
        """The configuration that Connect holds; None when it knows no such connector."""
        answer = self._call("GET", f"/connectors/{name}/config")
        return None if answer is None else {key: str(value) for key, value in answer.items()}

    def put_config(self, name: str, config: Config) -> None:
        """Create the connector or give it this configuration; ConnectError tells what Connect found wrong with it."""
        self._call("PUT", f"/connectors/{name}/config", config)

    def status(self, name: str) -> ConnectorStatus | None:
        """How the connector is; None when Connect knows none, or does not know yet how it is."""
        answer = self._call("GET", f"/connectors/{name}/status")
        if answer is None:
            return None
        parts = [answer["connector"], *answer["tasks"]]
        trace = "\n".join(str(part["trace"]) for part in parts if part.get("trace"))
        return ConnectorStatus(
            parts[0]["state"],
            tuple(part["state"] for part in parts[1:]),
            trouble=(_CAUSE.findall(trace) or [""])[-1],
            purged=bool(_PURGED.search(trace)),
        )

    def restart_failed(self, name: str) -> None:
        """Start again what has failed of the connector."""
        self._call("POST", f"/connectors/{name}/restart?includeTasks=true&onlyFailed=true")

    def start_over(self, name: str, deadline: float) -> None:
        """Have the connector forget where it was, so that it begins with a snapshot. `deadline` as `time.monotonic`."""
        self._call("PUT", f"/connectors/{name}/stop")
        while (status := self.status(name)) is None or status.state != "STOPPED" or status.tasks:
            if time.monotonic() > deadline:
                raise ConnectError(f"{name} does not stop: Kafka Connect's log says why")
            time.sleep(_PAUSE_S)
        self._call("DELETE", f"/connectors/{name}/offsets")
        self._call("PUT", f"/connectors/{name}/resume")

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """The answer; None for 404. A worker that is rebalancing answers 409: it is asked again for a while."""
        deadline = time.monotonic() + _BUSY_S
        while True:
            try:
                answer = self._client.request(method, self._url + path, json=body)
            except httpx.HTTPError as error:
                raise ConnectError(
                    f"Kafka Connect at {self._url} does not answer ({type(error).__name__}): "
                    "is it up, and is INLAND_CONNECT_URL right?"
                ) from error
            if answer.status_code != httpx.codes.CONFLICT or time.monotonic() > deadline:
                break
            time.sleep(_PAUSE_S)
        if answer.status_code == httpx.codes.NOT_FOUND and method == "GET":
            return None
        if answer.is_error:
            raise ConnectError(f"{method} {path}: Kafka Connect answered {answer.status_code}: {_told(answer)}")
        return answer.json() if answer.content else None


def _told(answer: httpx.Response) -> str:
    """Connect's own words; it quotes names of settings and what they must be, and has no secret to quote."""
    try:
        return str(answer.json()["message"])[:1000]
    except (ValueError, KeyError, TypeError):
        return "without a message"
