"""The last look at a prompt."""

import pytest

from streams.redact.gate import check
from streams.redact.values import KnownValue


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Review: mail me at kees@kantoor.example", "email"),
        ("Review: NL91 INGB 8239 6835 58", "iban"),
        ("Note: bel +31 6 1987 4402", "phone"),
        ("Note: 4111 1111 1111 1111", "card"),
        ("Note: BSN 111222333", "bsn"),
    ],
)
def test_a_prompt_with_personal_data_is_blocked_by_kind(text: str, kind: str) -> None:
    verdict = check(text)
    assert not verdict.passed
    assert kind in verdict.entity_types


def test_a_known_value_is_blocked() -> None:
    assert not check("What does jeroen BAKKER want?", [KnownValue("Jeroen Bakker", "person")]).passed


def test_placeholders_and_order_numbers_pass() -> None:
    text = "Classify the note: <PERSON_1> asks for a call on <PHONE_1> about order 10023, invoice 2026/004471, 2 lamps."
    assert check(text).passed
