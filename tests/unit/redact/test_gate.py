"""The last look at a prompt."""

import pytest

from streams.enrich.tasks import TASKS
from streams.enrich.tasks.step import Source
from streams.enrich.tasks.task import Task
from streams.redact.blinding import Blinded, blind
from streams.redact.detect.detector import Detector
from streams.redact.gate import GateVerdict, check
from streams.redact.placeholders import Placeholders
from streams.redact.values import KnownValue
from tests.unit.redact.test_quality import TEXTS

JEROEN = blind([KnownValue("Jeroen Bakker", "person")], "NL", "e1", b"\x01" * 32)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Review: mail me at kees@kantoor.example", "email"),
        ("Review: NL91 INGB 8239 6835 58", "iban"),
        ("Note: bel +31 6 1987 4402", "phone"),
        ("Note: 4111 1111 1111 1111", "card"),
        ("Note: BSN 111222333", "bsn"),
        ("Review: mail kees&#64;kantoor.example", "email"),
        ("Review: k\u200bees@kan\u200btoor.example", "email"),
    ],
)
def test_a_prompt_with_personal_data_is_blocked_by_kind(text: str, kind: str) -> None:
    verdict = check(text)
    assert not verdict.passed
    assert kind in verdict.entity_types


def test_a_known_value_is_blocked_as_such() -> None:
    verdict = check("What does jeroen BAKKER want?", known=JEROEN)
    assert verdict.entity_types == ("known_value",)
    assert check("What does <PERSON_1> want?", known=JEROEN).passed


def test_a_known_value_that_a_tasks_example_holds_blocks_nobody() -> None:
    assert check("Prompt: jeroen.\nNote: hm", told="hm", known=JEROEN).passed
    assert not check("Prompt: hm.\nNote: jeroen", told="jeroen", known=JEROEN).passed


def test_a_national_number_is_read_by_the_events_country() -> None:
    text = "06 1987 4402"
    assert check(text, country="NL").entity_types == ("phone",)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_alone_passes(task: Task) -> None:
    assert all(check(step.prompt(Source(""), "")).passed for step in task.steps)


def _checked(text: str, known: Blinded) -> GateVerdict:
    task, source = TASKS[0], Source(text)
    told = task.shown(source).text
    return check(task.steps[0].prompt(source, told), told=told, known=known, country="NL")


def test_every_labelled_text_is_blocked_as_it_came_and_passes_as_redacted(detector: Detector) -> None:
    personal = 0
    for number, one in enumerate(TEXTS):
        values = [KnownValue(one.text[label.start : label.end], label.entity_type) for label in one.labels]
        known = blind(values, "NL", f"e{number}", b"\x01" * 32)
        redacted = Placeholders((one.text,)).apply(one.text, detector.detect(one.text, country="NL", known=values))
        assert _checked(redacted, known).passed
        if values:
            assert "known_value" in _checked(one.text, known).entity_types
            personal += 1
    assert personal > 40


def test_a_part_that_the_prompt_does_not_have_is_an_error() -> None:
    with pytest.raises(ValueError, match="no part of the prompt"):
        check("Note: hm", told="something else")


def test_a_look_that_takes_too_long_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("streams.redact.gate.results_of", endless)
    assert check("hm").entity_types == ("unfinished",)


def test_placeholders_and_order_numbers_pass() -> None:
    text = "Classify the note: <PERSON_1> asks for a call on <PHONE_1> about order 10023, invoice 2026/004471, 2 lamps."
    assert check(text).passed
