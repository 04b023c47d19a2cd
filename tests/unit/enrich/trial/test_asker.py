"""A trial goes the worker's way: redaction and gate before the model, rules and repair behind it."""

import json

import pytest
from click.testing import CliRunner

from streams.cli import main
from streams.commands import tasks_views as views
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.review_themes import REVIEW_THEMES
from streams.enrich.trial.asker import Asker
from streams.redact.detect.detector import Detector
from tests.unit.enrich.models import Model, answered


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(None)


async def test_a_text_is_redacted_before_it_is_asked_about(detector: Detector) -> None:
    model = Model(answered(" refund"))
    tried = await Asker(NOTE_INTENT, model, detector).ask("Money back to ann@shop.example please", "en", "NL")
    assert tried.redacted == "Money back to <EMAIL_1> please"
    assert "ann@shop.example" not in model.prompts[0]
    assert "<EMAIL_1>" in model.prompts[0]
    assert tried.result["label"] == "refund"


async def test_a_trial_shows_the_repair_and_what_would_be_raised(detector: Detector) -> None:
    tried = await Asker(NOTE_INTENT, Model(answered("?"), answered(" other")), detector).ask(
        "Please delete all my data", "en", None
    )
    assert [call["outcome"] for call in tried.calls] == ["invalid_answer", "answered"]
    assert tried.requests == (("erasure", "erasure/en"),)
    assert json.loads(json.dumps(views.tried(tried)))["calls"][0]["error_type"] == "answer_not_allowed"


async def test_a_batch_task_on_trial_loses_no_patience(detector: Detector) -> None:
    tried = await Asker(REVIEW_THEMES, Model(answered(" price")), detector).ask("Too expensive", "en", None)
    assert tried.result["status"] == "answered"


def test_the_list_names_every_task_with_its_lane_and_labels() -> None:
    told = CliRunner().invoke(main, ["tasks", "list", "--json"])
    assert told.exit_code == 0
    assert {one["name"]: one["lane"] for one in json.loads(told.output)} == {task.name: task.lane for task in TASKS}
    shown = CliRunner().invoke(main, ["tasks", "list"])
    assert "data_subject_request" in shown.output


def test_a_server_that_the_policy_would_refuse_is_refused_here_too() -> None:
    told = CliRunner().invoke(main, ["tasks", "run", "note_intent", "--text", "hm", "--url", "https://api.openai.com"])
    assert told.exit_code != 0
    assert "foreign AI service" in told.output


def test_a_task_without_labels_cannot_be_scored(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("set") / "set.jsonl"
    path.write_text("{}")
    told = CliRunner().invoke(main, ["tasks", "evaluate", "cart_recovery", "--set", str(path)])
    assert (told.exit_code, "no labels to score" in told.output) == (2, True)
