"""What must hold for any text, not only for those that somebody thought of."""

import io
import string

import fastavro
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avro_schemas.records import CapturedEvent
from avro_schemas.schemas import schema
from streams.redact.detect.covers import covered
from streams.redact.detect.detector import Detector
from streams.redact.detect.patterns import Patterns
from streams.redact.detect.question import Question
from streams.redact.detect.reading.view import View
from streams.redact.detect.recognizers import checksums
from streams.redact.detect.words.fold import fold
from streams.redact.placeholders import PLACEHOLDER, Placeholders
from streams.redact.redactor import Redactor
from streams.redact.values import KnownValue
from tests.unit.redact.events import NOW, event, events, note

_PATTERNS = Patterns()

_few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

_FILLERS = """
de lampe est kapot danke Marie Jansen Bureaulamp order 2026/0044 KK-LAMP-01 gracias, por favor! Kunde bel op Rückruf
Herr Frau 12 € 14:20 (Support) - Groet, <b> &amp; straat 7 https://x.example van der
"""
_WORDS = st.sampled_from(_FILLERS.split())
_FILLER = st.lists(_WORDS, max_size=6).map(" ".join)
_EMAILS = st.builds(
    "{}@{}.{}".format,
    st.text(string.ascii_lowercase + string.digits + "._", min_size=1, max_size=12).filter(
        lambda text: text.strip("._")
    ),
    st.text(string.ascii_lowercase, min_size=2, max_size=10),
    st.sampled_from(["example", "nl", "de", "shop", "co.example"]),
)
_PHONES = st.sampled_from(
    ["+31 6 1987 4402", "+49 30 23125 417", "0033 4 65 71 09 18", "+34 612 904 337", "+48512009884", "+46 70 174 06 35"]
)


@st.composite
def _ibans(draw: st.DrawFn) -> str:
    number = draw(st.text(string.digits, min_size=10, max_size=10))
    check = next(two for two in range(2, 99) if checksums.iban(f"NL{two:02}INGB{number}"))
    whole = f"NL{check:02}INGB{number}"
    return draw(st.sampled_from([whole, " ".join(whole[at : at + 4] for at in range(0, 18, 4)), whole.lower()]))


_NAMES = st.sampled_from(
    [
        "Anouk van der Meulen",
        "Jürgen Müller-Lüdenscheidt",
        "Iker Etxeberria",
        "Aoife Ní Bhriain",
        "Bastiaan 't Hart",
        "Zofia Wiśniewska",
    ]
)
_ANY_TEXT = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(_WORDS, _EMAILS, _PHONES, _NAMES, _ibans()), max_size=10).map(" ".join),
)


def _redacted(detector: Detector, text: str, *known: KnownValue) -> str:
    return Placeholders((text,)).apply(text, detector.detect(text, known=known))


@_few
@given(before=_FILLER, value=st.one_of(_EMAILS, _PHONES, _ibans()), after=_FILLER)
def test_no_planted_number_or_address_survives(detector: Detector, before: str, value: str, after: str) -> None:
    assert value not in _redacted(detector, f"{before} {value} {after}")


@_few
@given(before=_FILLER, name=_NAMES, after=_FILLER, change=st.sampled_from([str, str.lower, str.upper, fold]))
def test_no_known_name_survives_in_any_case(
    detector: Detector, before: str, name: str, after: str, change: type[str]
) -> None:
    written = change(name)
    known = [KnownValue(name, "person"), *(KnownValue(part, "person") for part in name.split())]
    assert fold(written) not in fold(_redacted(detector, f"{before} {written}, {after}", *known))


@_few
@given(text=_ANY_TEXT)
def test_spans_lie_in_the_text_in_order_and_apart(detector: Detector, text: str) -> None:
    spans = detector.detect(text)
    borders = [0, *(border for one in spans for border in (one.start, one.end)), len(text)]
    assert borders == sorted(borders)
    assert all(one.start < one.end and 0 < one.score <= 1 for one in spans)


@_few
@given(text=_ANY_TEXT)
def test_detection_gives_the_same_answer_twice(detector: Detector, text: str) -> None:
    assert detector.detect(text) == detector.detect(text)


@_few
@given(text=_ANY_TEXT)
def test_patterns_find_nothing_more_in_a_redacted_text(text: str) -> None:
    once = Placeholders((text,)).apply(text, _PATTERNS.find(text, Question(text)))
    bare = covered(View(once), [match.span() for match in PLACEHOLDER.finditer(once)]).text
    assert _PATTERNS.find(bare, Question(bare)) == ()


@_few
@given(text=_ANY_TEXT)
def test_findings_tell_where_the_placeholders_came_from(redactor: Redactor, text: str) -> None:
    redaction = redactor.redact(event(note=note(text)), region="eu", redacted_at=NOW)
    places = [one for one in redaction.findings if one["field"] == "note.content"]
    content = redaction.event["note"]
    assert content
    rest, at = content["content"], 0
    for one in places:
        start, end = one["start"], one["end"]
        assert start is not None
        assert end is not None
        kept = text[at:start]
        assert rest.startswith(f"{kept}<{one['entity_type'].upper()}_")
        rest = rest[len(kept) :].split(">", 1)[1]
        at = end
    assert rest == text[at:]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(captured=events())
def test_every_redacted_event_fits_the_schema(redactor: Redactor, captured: CapturedEvent) -> None:
    redaction = redactor.redact(captured, region="eu", redacted_at=NOW)
    fastavro.schemaless_writer(io.BytesIO(), schema("commerce_event").parsed, redaction.event, strict=True)
