"""Kafka Connect is made to follow, and told apart from what it was asked."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from streams.connect import client, reconcile
from streams.connect.client import ConnectClient, ConnectError
from streams.connect.reconcile import Stood, compare
from streams.connect.reconcile import reconcile as follow
from tests.unit.connect.shops import config

PURGED = "org.x.ConnectException: stopped\nCaused by: io.y.ServerException: binlog files have been purged. At 'Ilse'"


class Connect:
    """As much of Kafka Connect as is asked here: one connector that fails as it is told to."""

    def __init__(self, held: dict[str, str] | None = None, traces: list[str] | None = None) -> None:
        self.held = held
        self.traces = traces or []
        self.stopped = False
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/connectors/demo-mariadb")
        self.asked.append(f"{request.method} {path}")
        answers: dict[tuple[str, str], Callable[[], httpx.Response]] = {
            ("GET", "/config"): self._config,
            ("GET", "/status"): self._status,
            ("PUT", "/config"): lambda: self._put(json.loads(request.content)),
            ("PUT", "/stop"): lambda: self._stop(True),
            ("PUT", "/resume"): lambda: self._stop(False),
            ("DELETE", "/offsets"): lambda: self._mend(200),
            ("POST", "/restart"): lambda: self._mend(202),
        }
        return answers[request.method, path]()

    def _config(self) -> httpx.Response:
        if self.held is None:
            return httpx.Response(404)
        return httpx.Response(200, json={**self.held, "name": "demo-mariadb"})

    def _put(self, content: dict[str, str]) -> httpx.Response:
        self.held = content
        return httpx.Response(200, json={})

    def _stop(self, stopped: bool) -> httpx.Response:
        self.stopped = stopped
        return httpx.Response(202)

    def _mend(self, code: int) -> httpx.Response:
        self.traces = self.traces[1:]
        return httpx.Response(code)

    def _status(self) -> httpx.Response:
        task: dict[str, Any] = {"state": "FAILED", "trace": self.traces[0]} if self.traces else {"state": "RUNNING"}
        state = "STOPPED" if self.stopped else "RUNNING"
        return httpx.Response(200, json={"connector": {"state": state}, "tasks": [] if self.stopped else [task]})

    def client(self) -> ConnectClient:
        """A client whose every call ends here."""
        return ConnectClient("http://connect", httpx.Client(transport=httpx.MockTransport(self)))


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "SETTLE_S", 0.0)
    monkeypatch.setattr(reconcile, "_PAUSE_S", 0.0)
    monkeypatch.setattr(client, "_PAUSE_S", 0.0)


def _follow(connect: Connect, *, dry_run: bool = False, deadline_s: float = 5.0) -> reconcile.Difference:
    (found,) = follow(connect.client(), {"demo-mariadb": config()}, deadline_s=deadline_s, dry_run=dry_run)
    return found


def test_what_is_missing_is_created_and_what_is_right_is_left_alone() -> None:
    connect = Connect()
    assert _follow(connect).action == "create"
    assert connect.held == config()
    connect.asked.clear()
    assert _follow(connect).action == "keep"
    assert not [call for call in connect.asked if not call.startswith("GET")]


def test_what_differs_is_named_without_values_and_put_right() -> None:
    held = {**config(), "database.hostname": "secret.example", "left.behind": "1"}
    del held["include.query"]
    connect = Connect(held)
    found = _follow(connect)
    assert str(found) == ("update  demo-mariadb: added include.query; changed database.hostname; removed left.behind")
    assert connect.held == config()


def test_a_dry_run_asks_and_does_nothing() -> None:
    connect = Connect({"tasks.max": "2"})
    assert _follow(connect, dry_run=True).action == "update"
    assert connect.asked == ["GET /config"]


def test_a_failed_task_is_started_again() -> None:
    connect = Connect(config(), ["java.lang.Passing: away"])
    assert not _follow(connect).started_over
    assert "POST /restart" in connect.asked


def test_where_the_binlog_is_gone_the_connector_forgets_its_place_and_starts_over() -> None:
    connect = Connect(config(), [PURGED])
    found = _follow(connect)
    assert found.started_over
    assert str(found) == "keep    demo-mariadb: starts over with a new snapshot"
    calls = [call for call in connect.asked if not call.startswith("GET")]
    assert calls == ["PUT /stop", "DELETE /offsets", "PUT /resume"]


def test_one_that_runs_starts_over_when_it_is_asked_to() -> None:
    connect = Connect(config())
    (found,) = follow(connect.client(), {"demo-mariadb": config()}, deadline_s=5, start_over="demo-mariadb")
    assert found.started_over
    assert "DELETE /offsets" in connect.asked


def test_one_that_does_not_come_to_run_is_told_by_its_exception_and_no_row() -> None:
    with pytest.raises(ConnectError, match="ServerException") as told:
        _follow(Connect(config(), [PURGED] * 100_000), deadline_s=0.05)
    assert "Ilse" not in str(told.value)


def test_one_that_somebody_stopped_is_not_started() -> None:
    connect = Connect(config())
    connect.stopped = True
    with pytest.raises(ConnectError, match="resume"):
        _follow(connect, deadline_s=0.05)


def test_a_refused_configuration_is_told_in_connects_words() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            return httpx.Response(400, json={"error_code": 400, "message": "Value must be positive for setting x"})
        return httpx.Response(404)

    asked = ConnectClient("http://connect", httpx.Client(transport=httpx.MockTransport(refuse)))
    with pytest.raises(ConnectError, match="Value must be positive"):
        follow(asked, {"demo-mariadb": config()}, deadline_s=1)


def test_a_connect_that_is_away_is_told_with_the_setting() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    asked = ConnectClient("http://connect", httpx.Client(transport=httpx.MockTransport(away)))
    with pytest.raises(ConnectError, match="INLAND_CONNECT_URL"):
        asked.config("demo-mariadb")


def test_a_worker_that_is_rebalancing_is_asked_again() -> None:
    answers = [httpx.Response(409), httpx.Response(200, json={"a": "1"})]
    asked = ConnectClient("http://connect", httpx.Client(transport=httpx.MockTransport(lambda _: answers.pop(0))))
    assert asked.config("demo-mariadb") == {"a": "1"}


def test_comparing_leaves_out_the_name_that_connect_adds() -> None:
    assert compare("x", {"a": "1"}, {"a": "1", "name": "x"}).action == "keep"


def test_what_has_stood_for_a_moment_has_not_stood_for_long() -> None:
    stood, now = Stood(), time.monotonic()
    assert not stood.still(True, now, 2.0)
    assert not stood.still(False, now + 1, 2.0)
    assert not stood.still(True, now + 2, 2.0)
    assert stood.still(True, now + 4, 2.0)
