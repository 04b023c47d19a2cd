"""Which letters a person means, and what is counted of them."""

from datetime import timedelta

import pytest

from streams.deadletters.letter import Selection
from streams.deadletters.listing import Tally
from tests.unit.deadletters.letters import AT, broken, letter


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(stage="redact"), True),
        (Selection(stage="enrich-eu"), False),
        (Selection(rule="residency:"), True),
        (Selection(rule="residency: no region for US"), True),
        (Selection(rule="no region"), False),
        (Selection(stage="redact", rule="codec:"), False),
    ],
)
def test_a_letter_is_meant_by_its_stage_and_by_how_its_rule_begins(selection: Selection, taken: bool) -> None:
    assert selection.takes(letter(0, "residency: no region for US", "redact")) is taken


def test_a_broken_letter_is_never_passed_over() -> None:
    assert Selection(stage="other", rule="other").takes(broken(0))


def test_a_broken_letter_says_what_is_broken_and_does_not_show_its_content() -> None:
    found = broken(0)
    assert "inland.dlq.stage" in found.rule
    assert "value'" not in repr(found)


def test_letters_are_counted_by_topic_stage_and_rule_with_first_and_last_time() -> None:
    tally = Tally()
    for at, rule in enumerate(["a", "b", "a", "a"]):
        tally.add(letter(at, rule, remedy=f"remedy {at}"), replayed=at == 0)
    tally.add(broken(4), replayed=False)
    first = tally.kinds[0]
    assert (first.topic, first.rule, first.letters, first.replayed, first.open) == ("some.topic.dlq", "a", 3, 1, 2)
    assert (first.first, first.last) == (AT, AT + timedelta(minutes=3))
    assert first.remedy == "remedy 3", "the newest remedy counts"
    assert [(kind.stage, kind.letters) for kind in tally.kinds] == [("stage", 3), ("", 1), ("stage", 1)]


def test_letters_out_of_order_give_the_same_times() -> None:
    tally = Tally()
    for at in (5, 1, 3):
        tally.add(letter(at, remedy=f"remedy {at}"), replayed=False)
    (kind,) = tally.kinds
    assert (kind.first, kind.last, kind.remedy) == (
        AT + timedelta(minutes=1),
        AT + timedelta(minutes=5),
        "remedy 5",
    )
