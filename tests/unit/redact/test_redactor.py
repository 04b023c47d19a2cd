"""An event leaves without personal data and with its findings, or not at all."""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

import fastavro
import pytest

from avro_schemas.records import CapturedEvent
from avro_schemas.schemas import schema
from streams.redact.detect.detector import Detector
from streams.redact.detect.question import Question
from streams.redact.detect.spans import Span
from streams.redact.errors import WithheldError
from streams.redact.fields import known_values_of
from streams.redact.policy import load_policy
from streams.redact.pseudonym import RegionKeys
from streams.redact.redactor import MAX_TEXT_BYTES, Redaction, Redactor
from streams.redact.values import KnownValue
from tests.unit.redact.events import ADDRESS, NOW, event, note, order, review


def _redact(redactor: Redactor, captured: CapturedEvent, known: Iterable[KnownValue] = ()) -> Redaction:
    return redactor.redact(captured, region="eu", known=tuple(known), redacted_at=NOW)


def _text(redaction: Redaction) -> str:
    return json.dumps(redaction.event, default=str, ensure_ascii=False)


def test_nothing_of_the_address_is_left_in_an_order(redactor: Redactor) -> None:
    text = _text(_redact(redactor, event(order=order())))
    left = [value for name, value in ADDRESS.items() if name != "country" and value and str(value) in text]
    assert left == []
    assert "NL67INGB" not in text
    assert "wc_order_" not in text


def test_the_note_stays_readable_with_numbered_placeholders(redactor: Redactor) -> None:
    redacted = _redact(redactor, event(order=order())).event["order"]
    assert redacted
    assert redacted["customer_note"] == "Bel <PERSON_1> op <PHONE_1>. Groet, <PERSON_2>"


def test_the_same_value_has_the_same_number(redactor: Redactor) -> None:
    redacted = _redact(redactor, event(note=note("Jeroen Bakker belde. JEROEN BAKKER en Anna Visser wachten."))).event[
        "note"
    ]
    assert redacted
    assert redacted["content"] == "<PERSON_1> belde. <PERSON_1> en <PERSON_2> wachten."


def test_the_area_and_the_products_stay(redactor: Redactor) -> None:
    redacted = _redact(redactor, event(order=order())).event["order"]
    assert redacted
    assert redacted["billing"] == {"country": "NL", "postcode": "10"}
    assert redacted["line_items"][0]["name"] == "Bureaulamp Marie"


def test_the_subject_becomes_a_token_and_versions_travel_along(redactor: Redactor) -> None:
    redacted = _redact(redactor, event(order=order())).event
    assert redacted["subject"]
    assert "@" not in redacted["subject"]
    assert (redacted["region"], redacted["policy_version"]) == ("eu", load_policy().version)
    assert redacted["detector_version"] == Detector().version


def test_what_was_taken_out_is_handed_to_the_vault_and_what_was_dropped_is_not(redactor: Redactor) -> None:
    redaction = _redact(redactor, event(order=order()))
    kept = {one.at: one.value for one in redaction.originals}
    assert kept["order.billing.address_1"] == "Prinsengracht 482-2"
    assert kept["<PERSON_1>"] == "Anouk"
    assert kept["<PHONE_1>"] == "06 19 87 44 02"
    assert redaction.identity
    assert redaction.identity.value == "anouk.vdmeulen@post.example"
    assert not {"wc_order_abc123def456", "192.0.2.7", "1017 KG", "NL67INGB3085546601"} & set(kept.values())


def test_what_the_policy_drops_is_not_kept_when_it_stands_in_a_text(redactor: Redactor) -> None:
    content = "Anouk betaalde met 4111 1111 1111 1111 vanaf 192.0.2.77"
    redaction = _redact(redactor, event(note=note(content)))
    assert redaction.event["note"]
    assert redaction.event["note"]["content"] == "<PERSON_1> betaalde met <CARD_1> vanaf <IP_ADDRESS_1>"
    assert {one.at for one in redaction.originals if one.at.startswith("<")} == {"<PERSON_1>"}


def test_of_an_event_about_nobody_nothing_is_kept_and_the_findings_say_so(redactor: Redactor) -> None:
    redaction = _redact(redactor, event(subject=None, order=order()))
    assert (redaction.identity, redaction.originals) == (None, ())
    assert "vault" not in {one["treatment"] for one in redaction.findings}


def test_a_field_that_no_schema_knows_never_passes(redactor: Redactor) -> None:
    captured = cast(CapturedEvent, {**event(order=order(birthday="7 maart 1984")), "loyalty_card": "NL-884421"})
    redaction = _redact(redactor, captured)
    everything = _text(redaction) + json.dumps(redaction.findings, default=str)
    everything += "".join(one.value for one in redaction.originals)
    assert "NL-884421" not in everything
    assert "maart" not in everything


def test_an_event_about_nobody_has_no_token(redactor: Redactor) -> None:
    assert _redact(redactor, event(subject=None)).event["subject"] is None


def test_every_replacement_is_a_finding_without_the_value(redactor: Redactor) -> None:
    findings = _redact(redactor, event(order=order())).findings
    made = {(one["field"], one["entity_type"], one["treatment"]) for one in findings}
    assert made >= {
        ("subject", "subject", "token"),
        ("order.customer_note", "phone", "replace"),
        ("order.billing.email", "email", "vault"),
        ("order.billing.postcode", "postcode", "generalise"),
        ("order.meta_data[].value", "unknown", "drop"),
    }
    assert [one["ordinal"] for one in findings] == list(range(len(findings)))
    assert "Anouk" not in json.dumps(findings, default=str)


def test_findings_have_the_same_ids_on_a_replay(redactor: Redactor) -> None:
    first, second = (_redact(redactor, event(order=order())) for _ in range(2))
    assert first.findings == second.findings
    assert len({one["finding_id"] for one in first.findings}) == len(first.findings)


def test_findings_fit_their_schema(redactor: Redactor) -> None:
    for finding in _redact(redactor, event(order=order())).findings:
        fastavro.schemaless_writer(io.BytesIO(), schema("privacy_finding").parsed, finding, strict=True)


def test_values_of_the_subjects_other_records_are_taken_out(redactor: Redactor) -> None:
    content = "Klopt Prinsengracht? vdmeulen niet; 0619874402 akkoord"
    plain = _redact(redactor, event(note=note(content))).event["note"]
    known = _redact(redactor, event(note=note(content)), known_values_of("Address", ADDRESS)).event["note"]
    assert plain
    assert known
    assert "Prinsengracht" in plain["content"]
    assert "Prinsengracht" not in known["content"]


def test_a_review_knows_its_author(redactor: Redactor) -> None:
    redacted = _redact(redactor, event(review=review("toppen! /astrid lindqvist"))).event["review"]
    assert redacted
    assert redacted["content"] == "toppen! /<PERSON_1>"


@pytest.mark.parametrize("content", ["a" * (MAX_TEXT_BYTES + 1), "é" * (MAX_TEXT_BYTES // 2 + 1)])
def test_a_text_over_the_limit_is_withheld(redactor: Redactor, content: str) -> None:
    with pytest.raises(WithheldError, match=r"note\.content is longer"):
        _redact(redactor, event(note=note(content)))


def test_a_region_without_a_key_is_withheld(redactor: Redactor) -> None:
    with pytest.raises(WithheldError, match="region mars has no key"):
        redactor.redact(event(), region="mars", redacted_at=NOW)


class _Broken(Detector):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def detect_many(self, questions: Sequence[Question]) -> list[tuple[Span, ...]]:
        raise self._error


@pytest.mark.parametrize("error", [TimeoutError("Anouk"), ValueError("Anouk"), MemoryError("Anouk")])
def test_a_detector_that_fails_withholds_the_event_and_shows_nothing_of_it(error: Exception) -> None:
    redactor = Redactor(load_policy(), RegionKeys({"eu": b"\x01" * 32}), _Broken(error))
    with pytest.raises(WithheldError) as caught:
        redactor.redact(event(note=note("Anouk belde")), region="eu", redacted_at=datetime.now().astimezone())
    assert "Anouk" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_redaction_does_not_show_its_texts(redactor: Redactor) -> None:
    assert "Bureaulamp" not in repr(_redact(redactor, event(order=order())))
