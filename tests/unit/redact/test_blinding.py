"""Blinded values are found in every writing that redaction finds, by the gate's key and for their own event alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.redact.blinding import MAX_FINGERPRINTS, SIZE, blind
from streams.redact.detect.known.folded import tight_view, tightened, words_view
from streams.redact.detect.known.recognizer import KnownValuesRecognizer
from streams.redact.detect.reading.read import read
from streams.redact.detect.reading.view import View
from streams.redact.values import KnownValue

KEY, EVENT = b"\x07" * 32, "e" * 32
KNOWN = (
    KnownValue("Jürgen Müller-Lüdenscheidt", "person"),
    KnownValue("Anouk van der Meulen", "person"),
    KnownValue("Lot Jong", "person"),
    KnownValue("+49 30 23125 417", "phone"),
    KnownValue("juergen.ml@mailbox.example", "email"),
    KnownValue("Schönhauser Allee 127", "street_address"),
    KnownValue("1017 KG", "postcode"),
    KnownValue("Müller & Söhne GmbH", "organisation"),
    KnownValue("DE59370400441598431055", "iban"),
    KnownValue("1955-11-26", "date_of_birth"),
    KnownValue("192.0.2.77", "ip_address"),
)
WRITTEN = (
    "hat juergen schon bezahlt",
    "JURGEN MULLER LUDENSCHEIDT fragt",
    "auf müller-lüdenscheidt, jürgen ausstellen",
    "M&uuml;ller-L&uuml;denscheidt am Apparat",
    "A. van der Meulen belt terug",
    "anouk",
    "für Jong hinterlegen",
    "zuletzt 030/23125417 versucht",
    "0049 (0)30-231 254 17 besetzt",
    "(030) 231 25 417",
    "JUERGEN.ML@MAILBOX.EXAMPLE ungültig",
    "juergen.ml%40mailbox.example",
    "wohnt schoenhauser allee 127 hinten",
    "in 1017kg",
    "für mueller & soehne bestellt",
    "DE59 3704 0044 1598 4310 55 stimmt",
    "d e 5 9 3704 0044 1598 4310 55",
    "Jubiläum 26/11/1955 beachten",
    "J\u200bü\u200brgen",
    "192.0.2.77",
)


def _hit(text: str, known: tuple[KnownValue, ...] = KNOWN, event: str = EVENT, key: bytes = KEY) -> bool:
    blinded = blind(known, "DE", EVENT, KEY)
    return type(blinded)(blinded.fingerprints, event, key).hits(read(View(text)).text)


def _found(text: str) -> bool:
    return any(True for _ in KnownValuesRecognizer(KNOWN, "DE").find(read(View(text)).text))


@pytest.mark.parametrize("text", WRITTEN)
def test_a_value_is_hit_in_another_writing(text: str) -> None:
    assert _found(text)
    assert _hit(text)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(WRITTEN),
            st.sampled_from([value.value for value in KNOWN]).map(str.upper),
            st.text(alphabet="Jong jong Lot Meulen 01234567+-./@ Alle", max_size=30),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["", " ", "\n", ", ", "x", "7", "-", "   "]),
)
def test_exactly_what_redaction_finds_is_hit(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    # A key of three letters has no fingerprint: `Lot` alone tells nobody apart.
    assume("lot" not in words_view(read(View(text)).text).text.split())
    assert _hit(text) == _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Die Lampe kam am 24.11.2026 an, Auftrag 10023, 49,90 Euro. <PERSON_1> freut sich.",
        "een jong hert",
        "bestellung 100302312541799",
        "Lot",
        "",
    ],
)
def test_a_text_without_a_value_passes(text: str) -> None:
    assert not _hit(text)


@pytest.mark.parametrize("text", WRITTEN)
def test_another_key_or_another_event_hits_nothing(text: str) -> None:
    assert not _hit(text, key=b"\x08" * 32)
    assert not _hit(text, event="f" * 32)


def test_fingerprints_of_two_events_have_nothing_in_common() -> None:
    one, other = blind(KNOWN, "DE", "a" * 32, KEY), blind(KNOWN, "DE", "b" * 32, KEY)
    assert len(one.fingerprints) == len(other.fingerprints) > 20
    assert not one.fingerprints & other.fingerprints
    assert {len(each) for each in one.fingerprints} == {SIZE}


def test_an_event_has_a_bound_and_every_values_first_writing_comes_first() -> None:
    many = tuple(
        KnownValue(f"{chr(97 + number % 26) * 5}{chr(97 + number // 26) * 5} straat {number} bis", "street_address")
        for number in range(100)
    )
    blinded = blind(many, "NL", EVENT, KEY)
    assert 200 < len(blinded.fingerprints) <= MAX_FINGERPRINTS
    assert all(blinded.hits(value.value) for value in many)


def test_nothing_shows_a_value_or_a_key() -> None:
    shown = repr(blind(KNOWN, "DE", EVENT, KEY))
    assert "Meulen" not in shown
    assert "x07" not in shown


@given(st.text(max_size=40))
def test_the_tight_view_of_a_view_of_words_is_the_texts(text: str) -> None:
    view, tight = tightened(words_view(text)), tight_view(text)
    assert (view.text, view.words) == (tight.text, tight.words)
    assert view.offsets == tight.offsets
