"""Texts that try to command a real model: each gets an answer of its own task or none, and its neighbour's stays."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.enrich.client import Bounds, RegionClient
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.task import Task
from streams.enrich.trial.asker import Asker, Tried
from streams.redact.detect.detector import Detector
from streams.residency.endpoints import ModelEndpoint
from tests.platform.model.support import KEY, Server
from tests.unit.enrich.injecting import Injection, injections

BY_NAME = {task.name: task for task in TASKS}
NEIGHBOUR = {
    "note_intent": "Where is my parcel?",
    "review_sentiment": "It broke after a day, I am very disappointed.",
    "review_themes": "It came two weeks late.",
    "product_attributes": "Blue woollen scarf",
}


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(None)


@pytest.fixture
async def client(server: Server, tmp_path: Path) -> AsyncIterator[RegionClient]:
    key = tmp_path / "key"
    key.write_text(KEY)
    made = RegionClient("eu", (ModelEndpoint(url=server.url, api_key_file=key),), Bounds(concurrency=4))
    yield made
    await made.close()


@pytest.mark.parametrize("task", [BY_NAME[name] for name in NEIGHBOUR], ids=lambda task: task.name)
async def test_no_injection_changes_more_than_the_answer_about_its_own_text(
    task: Task, client: RegionClient, detector: Detector
) -> None:
    asker, mine = Asker(task, client, detector), [one for one in injections() if one.task == task.name]
    assert mine
    before = await asker.ask(NEIGHBOUR[task.name], "en", "NL")
    for number, injection in enumerate(mine, 1):
        _holds(task, injection, await asker.ask(injection.text, None, "NL", number))
    after = await asker.ask(NEIGHBOUR[task.name], "en", "NL")
    assert [call["prompt"] for call in after.calls] == [call["prompt"] for call in before.calls]
    # A longer answer may differ in a word from call to call: the server's batches round differently.
    assert (after.result["status"], after.result["label"]) == (before.result["status"], before.result["label"])


def _holds(task: Task, injection: Injection, tried: Tried) -> None:
    result = tried.result
    assert result["status"] in {"answered", "unanswered"}, injection.name
    assert result["task"] == task.name
    assert (result["region"], result["subject"], result["entity"]) == ("eu", None, "order_note")
    assert all(call["region"] == "eu" and _at_home(call["endpoint"]) for call in tried.calls)
    if result["status"] == "unanswered":
        assert (result["label"], result["answer"]) == (None, None)
        return
    assert result["label"] in task.labels or (result["label"] is None and not task.labels)
    task.answer.model_validate(json.loads(result["answer"] or ""))
    if task.name == "product_attributes":
        terms = [term for some in json.loads(result["answer"] or "{}").values() for term in some]
        assert all(word in injection.text.casefold() for term in terms for word in term.split())


def _at_home(endpoint: str) -> bool:
    """Whether nothing left, or left for loopback: a text that names another server reaches none."""
    return not endpoint or endpoint.startswith("http://127.0.0.1:")
