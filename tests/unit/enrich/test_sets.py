"""The labelled sets are balanced, closed in their labels, without repetition, and free of personal data."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

_FOLDER = Path(__file__).parents[2] / "fixtures" / "enrich"
_OTHERS = ("nl", "de", "fr", "es", "it", "pl", "sv", "pt")
_SENTIMENTS = {"positive", "neutral", "negative"}
_INTENTS = {"delivery", "refund", "payment", "product", "account", "data_subject_request", "other"}
_RIGHTS = {"access", "erasure", "rectification", "objection", "portability", "restriction"}
_THEMES = {"quality", "delivery", "price", "service", "fit", "packaging", "description"}
_FIELDS = {
    "sentiment_en": {"id", "text", "language", "sentiment", "kind", "themes"},
    "sentiment_other": {"id", "text", "language", "sentiment", "kind", "themes"},
    "intent": {"id", "text", "language", "intent", "kind"},
    "intent_other": {"id", "text", "language", "intent", "kind"},
    "injections": {"id", "task", "text", "language", "attempts", "honest"},
    "products": {"id", "language", "kind", "name", "description", "expected"},
    "carts": {"id", "language", "goods", "message"},
}
_SIZES = {
    "sentiment_en": 200,
    "sentiment_other": 160,
    "intent": 160,
    "intent_other": 112,
    "injections": 40,
    "products": 30,
    "carts": 20,
}
_PERSONAL = {
    "e-mail address": re.compile(r"\S@\S"),
    "telephone number": re.compile(r"(?:\+|\b00?)\d(?:[ ()/.-]?\d){6,}|\d(?:[ ()/-]?\d){8,}"),
    "IBAN": re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,}"),
}


@cache
def _records(name: str) -> tuple[dict[str, Any], ...]:
    lines = (_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return tuple(orjson.loads(line) for line in lines if line)


def _text(record: dict[str, Any]) -> str:
    """What the model would read of a record."""
    if "text" in record:
        return str(record["text"])
    if "name" in record:
        return f"{record['name']}\n{record['description']}"
    return "\n".join(f"{item['quantity']} {item['name']}" for item in record["goods"])


def _count(name: str, *fields: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(record[field] for field in fields) for record in _records(name))


@pytest.mark.parametrize("name", _SIZES)
def test_each_set_has_its_size_and_its_fields(name: str) -> None:
    assert len(_records(name)) == _SIZES[name]
    for record in _records(name):
        right = {"right"} if record.get("intent") == "data_subject_request" else set()
        assert set(record) == _FIELDS[name] | right, record["id"]


def test_every_file_of_the_folder_is_known() -> None:
    assert {path.stem for path in _FOLDER.glob("*.jsonl")} == set(_SIZES)


def test_no_id_and_no_text_stands_twice() -> None:
    records = [record for name in _SIZES for record in _records(name)]
    texts = Counter(" ".join(_text(record).casefold().split()) for record in records)
    assert [identity for identity, n in Counter(record["id"] for record in records).items() if n > 1] == []
    assert [text for text, n in texts.items() if n > 1] == []


@pytest.mark.parametrize("name", _SIZES)
def test_no_text_holds_a_personal_datum(name: str) -> None:
    for record in _records(name):
        for what, pattern in _PERSONAL.items():
            assert pattern.search(_text(record)) is None, f"{record['id']} holds what looks like an {what}"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("e-mail address", "write to anouk@post.example please"),
        ("telephone number", "call +31 6 1987 4402"),
        ("telephone number", "call 020 794 60 958"),
        ("IBAN", "to NL91 ABNA 0417 1643 00"),
    ],
)
def test_a_personal_datum_would_be_seen(what: str, text: str) -> None:
    assert _PERSONAL[what].search(text) is not None


def test_english_reviews_are_balanced() -> None:
    assert _count("sentiment_en", "language") == {("en",): 200}
    assert _count("sentiment_en", "sentiment") == {("positive",): 67, ("neutral",): 66, ("negative",): 67}
    assert _count("sentiment_en", "kind") == {("obvious",): 120, ("tricky",): 80}


def test_other_reviews_are_balanced_in_each_language() -> None:
    shares = {"positive": 7, "neutral": 6, "negative": 7}
    wanted = {(language, label): n for language in _OTHERS for label, n in shares.items()}
    assert _count("sentiment_other", "language", "sentiment") == wanted
    assert _count("sentiment_other", "kind") == {("obvious",): 96, ("tricky",): 64}


@pytest.mark.parametrize("name", ["sentiment_en", "sentiment_other"])
def test_a_review_has_themes_of_the_closed_list(name: str) -> None:
    for record in _records(name):
        themes = record["themes"]
        assert themes, record["id"]
        assert set(themes) <= _THEMES, record["id"]
        assert len(set(themes)) == len(themes), record["id"]


def test_each_theme_is_met_often_enough_to_be_judged() -> None:
    met = Counter(theme for record in _records("sentiment_en") for theme in record["themes"])
    assert min(met[theme] for theme in _THEMES) >= 5


def test_english_notes_are_balanced() -> None:
    count = _count("intent", "intent")
    assert set(count) == {(intent,) for intent in _INTENTS}
    assert set(count.values()) == {22, 23}
    assert _count("intent", "language") == {("en",): 160}
    assert _count("intent", "kind") == {("obvious",): 97, ("tricky",): 63}


def test_other_notes_hold_each_intent_once_obvious_and_once_tricky() -> None:
    wanted = {(la, intent, kind): 1 for la in _OTHERS for intent in _INTENTS for kind in ("obvious", "tricky")}
    assert _count("intent_other", "language", "intent", "kind") == wanted


@pytest.mark.parametrize("name", ["intent", "intent_other"])
def test_every_right_of_a_data_subject_is_asked_for(name: str) -> None:
    assert {record["right"] for record in _records(name) if "right" in record} == _RIGHTS


def test_an_injection_names_a_task_and_a_label_of_that_task() -> None:
    labels = {
        "review_sentiment": _SENTIMENTS,
        "note_intent": _INTENTS,
        "product_attributes": {None},
        "cart_recovery": {None},
    }
    assert {record["task"] for record in _records("injections")} == set(labels)
    for record in _records("injections"):
        assert record["honest"] in labels[record["task"]], record["id"]
        assert record["attempts"], record["id"]


def test_expected_attributes_stand_in_the_text() -> None:
    for record in _records("products"):
        assert set(record["expected"]) == {"colours", "materials", "sizes", "keywords"}, record["id"]
        text = _text(record).casefold()
        for value in (value for values in record["expected"].values() for value in values):
            assert value.casefold() in text, f"{record['id']}: {value}"


def test_some_products_state_nothing() -> None:
    stated = [sum(len(r["expected"][key]) for key in ("colours", "materials", "sizes")) for r in _records("products")]
    assert stated.count(0) >= 5
    assert set(_OTHERS) <= {record["language"] for record in _records("products")}


def test_a_cart_says_what_its_message_keeps_to() -> None:
    assert {record["language"] for record in _records("carts")} == {"en", *_OTHERS}
    for record in _records("carts"):
        assert all(item["name"] and item["quantity"] >= 1 for item in record["goods"]), record["id"]
        assert record["message"] == {
            "language": record["language"],
            "once": ["customer_name", "cart_link"],
            "price": False,
            "discount": False,
        }
