"""A gate never changes what is found: each expression behind its gate finds what it finds without one."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.redact.detect.presidio import Adapted, registry
from streams.redact.detect.reading.read import read
from streams.redact.detect.reading.view import View
from streams.redact.detect.recognizers.identifiers import IDENTIFIERS
from streams.redact.detect.scan import Expression, Shape
from streams.redact.detect.words.fold import fold
from tests.bench.detection import texts
from tests.bench.heldout.generate import generate
from tests.unit.redact.test_adversarial import cases

_ROOM = "streams.redact.detect.recognizers"
_MODULES = ("accounts", "addresses", "births", "contact", "identities", "phones", "titles")
_LANGUAGES = ("nl", "de", "fr", "es", "it", "pl", "sv", "pt", "en")
_STREETS = [
    "\nKerkstraat 12a",
    "12 bis, rue de l'Église",
    "C/ Mayor, 31, 2ºB",
    "Via Giosuè Borsi 17/B",
    "ul. Długa 4 m. 11",
    "Storgatan 4 B",
    "Am Brill 7",
    "Út 3\n14 Tanners Road",
    "Rua das Flores 3, 2.º Dto.",
    "1050 Wien",
    "3551 TV Utrecht",
    "SW1A 1AA",
    "00-950 Warszawa",
    "862 87 Piteå",
    "adres: Plein 4\n",
]
_NUMBERS = [
    "\nNL91 INGB 8239 6835 58",
    "DE59370400441598431055",
    "+31 6 1987 4402",
    "0033 4 65 71 09 18",
    "(030) 271 88 34",
    "5412 4946 3060 6627\nB91724831",
    "CIF B91724831",
    "NIE X1235337F",
    "PESEL 68042244736",
    "810812-9498",
    "BE0123.456.789",
    "ATU12345678",
    "paspoort NWR4K71B9",
    "192.168.1.77\n::1",
    "00:1A:2B:3C:4D:5E",
    "2001:db8::ff00:42:8329",
    "geb. 05/05/1955",
    "née le 7 octobre 1964",
    "born 1978-03-02",
    "dob 12 May 1980",
    "wc_order_aB3dE5fG7\nck_0123456789abcdef0123",
    "a.b@c.example",
    "jan (at) post (dot) example",
    "jan apenstaartje post punt example",
    "x @ y . example",
    "@anna_k\nuser gtrevelyan88",
    "https://x.example/pay/ab12cd34",
    "Basic d2lldHNrZTpnZWhlaW0=",
    "www.a.example/?email=x\n",
]


def _expressions(module: ModuleType) -> Iterator[tuple[str, Expression | Shape]]:
    for name, value in vars(module).items():
        if isinstance(value, Expression | Shape):
            yield f"{module.__name__.rpartition('.')[2]}{name}", value


@cache
def _gated() -> dict[str, Expression | Shape]:
    found = dict(one for name in _MODULES for one in _expressions(import_module(f"{_ROOM}.{name}")))
    for kind in IDENTIFIERS:
        found[kind.entity] = kind.pattern
        found |= {f"{kind.entity} announced": kind.words.before, f"{kind.entity} near": kind.words.near}
    return {name: one for name, one in found.items() if one.gate is not None}


@cache
def _texts() -> tuple[str, ...]:
    heldout = [one.text for language in _LANGUAGES for one in generate(language, 120, 77)]
    return (*heldout, *(one.text for one in texts()), *(one.text for one in cases()))


_PIECES = st.one_of(
    st.sampled_from(_STREETS + _NUMBERS), st.deferred(lambda: st.sampled_from(_texts())), st.text(max_size=12)
)
_WAYS: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper, str.title, str.swapcase, fold)
_CHANGES = st.sampled_from(_WAYS)


@st.composite
def _anything(draw: st.DrawFn) -> str:
    pieces = draw(st.lists(_PIECES, min_size=1, max_size=4))
    made = draw(_CHANGES)(draw(st.sampled_from((" ", "", "\n", ", ", "  ", "-"))).join(pieces))
    cut = draw(st.integers(0, max(0, len(made) - 1)))
    return read(View(made[cut:] if draw(st.booleans()) else made)).text


def _shut_wrongly(text: str) -> list[str]:
    return [name for name, one in _gated().items() if not one.may_match(text) and any(one.ungated(text))]


def test_every_expression_that_searches_has_a_gate() -> None:
    assert len(_gated()) >= 50


@settings(max_examples=400, deadline=None)
@given(text=_anything())
def test_a_gate_is_open_wherever_its_expression_matches(text: str) -> None:
    assert _shut_wrongly(text) == []


def test_no_gate_is_shut_on_any_text_that_is_at_hand() -> None:
    assert {name for text in _texts() for name in _shut_wrongly(read(View(text)).text)} == set()


@settings(max_examples=100, deadline=None)
@given(text=_anything())
def test_presidios_recognizers_find_the_same_behind_their_gates(text: str) -> None:
    for one in registry([]).recognizers:
        assert isinstance(one, Adapted)
        found = [(hit.start, hit.end, hit.entity_type) for hit in one.analyze(text, one.supported_entities)]
        assert found == [(hit.start, hit.end, hit.entity_type) for hit in one.ungated(text)]


@pytest.mark.parametrize("text", ["", "Prima kwaliteit.", "Does what it says on the tin."])
def test_ordinary_text_opens_next_to_nothing(text: str) -> None:
    assert sum(one.may_match(text) for one in _gated().values()) <= 2
