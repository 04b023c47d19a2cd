"""The enrich worker has an agent for each region that has a server, and does not start with one that is refused."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from streams.delivery.worker import Worker
from streams.enrich import agent
from streams.enrich.stage import EnrichStage
from streams.residency.policy import residency
from streams.settings import Settings, settings
from tests.unit.residency.policies import SERVER, Change, with_servers, written


class Recorded:
    """A worker that keeps what it is given."""

    def __init__(self, gate_keys: Path) -> None:
        self.settings = Settings(gate_keys_dir=gate_keys)
        self.codec = self.outbox = cast(Any, self)
        self.deliver = None
        self.agents: dict[str, list[str]] = {}
        self.resting = False

    def table(self, name: str) -> str:
        return name

    def agent(self, stage: EnrichStage, topics: list[str], **_: Any) -> None:
        self.agents[stage.name] = topics

    def rest(self) -> None:
        self.resting = True


@pytest.fixture
def gate_keys(tmp_path: Path) -> Path:
    """A folder with the last gate's keys."""
    folder = tmp_path / "gate"
    folder.mkdir()
    for region in ("eu", "uk", "ch"):
        (folder / region).write_text("11" * 32, encoding="utf-8")
        (folder / region).chmod(0o600)
    return folder


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    for cached in (settings, residency):
        cached.cache_clear()
    yield
    for cached in (settings, residency):
        cached.cache_clear()


def _wired(monkeypatch: pytest.MonkeyPatch, gate_keys: Path, change: Change) -> Recorded:
    monkeypatch.setenv("INLAND_RESIDENCY_POLICY", str(written(gate_keys.parent, change)))
    worker = Recorded(gate_keys)
    agent.wire(cast(Worker, worker))
    return worker


async def test_a_region_with_a_server_has_an_agent_on_its_own_events_alone(
    monkeypatch: pytest.MonkeyPatch, gate_keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    worker = _wired(monkeypatch, gate_keys, with_servers(SERVER, region="uk"))
    assert worker.agents == {"enrich-uk": ["commerce.events.uk"]}
    assert not worker.resting
    (missing,) = [record for record in caplog.records if "without a model endpoint" in record.message]
    assert missing.__dict__["regions"] == ["eu", "ch"]
    (told,) = [record for record in caplog.records if "policy in force" in record.message]
    assert told.__dict__["policy_hash"] == residency().digest


def test_without_any_server_the_worker_rests(monkeypatch: pytest.MonkeyPatch, gate_keys: Path) -> None:
    worker = _wired(monkeypatch, gate_keys, lambda policy: None)
    assert worker.resting
    assert worker.agents == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (with_servers({"url": "http://8.8.8.8"}), "eu: http://8.8.8.8 leads to 8.8.8.8, a public address"),
        (with_servers({"url": "https://api.openai.com"}), "foreign AI service"),
        (with_servers({**SERVER, "api_key_file": "none"}), "cannot be read"),
        (lambda policy: policy.update(colour="blue"), "colour: no such key"),
    ],
)
def test_a_policy_that_is_wrong_ends_the_worker_for_good_and_says_why(
    monkeypatch: pytest.MonkeyPatch, gate_keys: Path, caplog: pytest.LogCaptureFixture, change: Change, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        _wired(monkeypatch, gate_keys, change)
    assert ended.value.code == os.EX_CONFIG
    assert told in caplog.records[-1].__dict__["reason"]
