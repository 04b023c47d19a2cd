"""The record's own values are found however they are written."""

import pytest

from streams.redact.detect.detector import Detector
from streams.redact.values import KnownValue

_KNOWN = (
    KnownValue("Jürgen", "person"),
    KnownValue("Müller-Lüdenscheidt", "person"),
    KnownValue("Jürgen Müller-Lüdenscheidt", "person"),
    KnownValue("+49 30 23125 417", "phone"),
    KnownValue("juergen.ml@mailbox.example", "email"),
    KnownValue("Schönhauser Allee 127", "street_address"),
    KnownValue("10437", "postcode"),
    KnownValue("Berlin", "city"),
    KnownValue("Müller & Söhne GmbH", "organisation"),
    KnownValue("DE59370400441598431055", "unknown"),
    KnownValue("1955-11-26", "unknown"),
    KnownValue("Leopold Gruber", "unknown"),
    KnownValue("yes", "unknown"),
    KnownValue("WooCommerce", "person"),
)


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("hat juergen schon bezahlt", "juergen", "person"),
        ("JURGEN MULLER LUDENSCHEIDT fragt", "JURGEN MULLER LUDENSCHEIDT", "person"),
        ("auf müller-lüdenscheidt, jürgen ausstellen", "müller-lüdenscheidt, jürgen", "person"),
        ("M&uuml;ller-L&uuml;denscheidt am Apparat", "M&uuml;ller-L&uuml;denscheidt", "person"),
        ("zuletzt 030/23125417 versucht", "030/23125417", "phone"),
        ("0049 (0)30-231 254 17 besetzt", "0049 (0)30-231 254 17", "phone"),
        ("JUERGEN.ML@MAILBOX.EXAMPLE ungültig", "JUERGEN.ML@MAILBOX.EXAMPLE", "email"),
        ("wohnt schoenhauser allee 127 hinten", "schoenhauser allee 127", "street_address"),
        ("für mueller & soehne bestellt", "mueller & soehne", "organisation"),
        ("DE59 3704 0044 1598 4310 55 stimmt", "DE59 3704 0044 1598 4310 55", "iban"),
        ("Jubiläum 26/11/1955 beachten", "26/11/1955", "date_of_birth"),
        ("an leopold gruber gegeben", "leopold gruber", "person"),
    ],
)
def test_a_known_value_is_found_in_another_spelling(detector: Detector, text: str, value: str, kind: str) -> None:
    start = text.index(value)
    [span] = [one for one in detector.detect(text, country="DE", known=_KNOWN) if one.start <= start < one.end]
    assert span.end >= start + len(value)
    assert span.entity_type == kind


@pytest.mark.parametrize("text", ["yes, please", "WooCommerce sent an e-mail.", "Artikel 104371 ist da"])
def test_what_tells_nobody_apart_stays(detector: Detector, text: str) -> None:
    assert detector.detect(text, country="DE", known=_KNOWN) == ()


def test_a_known_value_shows_its_kind_only() -> None:
    assert "Gruber" not in repr(_KNOWN)
