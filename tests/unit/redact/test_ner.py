"""The model for names, and the texts it learns from."""

import random
import string
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
import spacy

from streams.redact.detect.words.fold import fold
from streams.redact.ner.model import MODEL_FOLDER, NameModel, name_model
from streams.redact.ner.network import Network
from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.generate import generate
from streams.redact.ner.training.lists import LANGUAGES, TEMPLATES, names
from streams.redact.ner.training.slots import LABELS, SLOTS
from streams.redact.ner.training.template import SLOT, fill, templates
from streams.redact.ner.words import words_of

_PEOPLE = [
    ("Graag afgeven bij mevrouw de Vries van nummer 14.", ["de Vries"]),
    ("Met vriendelijke groet, Bastiaan 't Hart", ["Bastiaan 't Hart"]),
    ("alvast bedankt, groetjes anouk", ["anouk"]),
    ("Bitte bei Familie Etxeberria abgeben.", ["Etxeberria"]),
    ("Mit freundlichen Grüßen, Jörg Müller-Lüdenscheidt", ["Jörg Müller-Lüdenscheidt"]),
    ("bitte bei frau hoekstra abgeben", ["hoekstra"]),
    ("Bonjour, je suis Élodie Lefèvre et je n'ai rien reçu.", ["Élodie Lefèvre"]),
    ("El cliente Iker Etxeberria pide cambio de talla.", ["Iker Etxeberria"]),
    ("Un saludo, María José García López", ["María José García López"]),
    ("Sono Matteo De Luca, dov'è il mio ordine?", ["Matteo De Luca"]),
    ("Proszę zostawić u sąsiadki, pani Dąbrowska.", ["Dąbrowska"]),
    ("Paczkę odbierze Krzysztof Wiśniewski.", ["Krzysztof Wiśniewski"]),
    ("Lämna hos grannen Veikko Mäkinen.", ["Veikko Mäkinen"]),
    ("Falei com João Gonçalves, está resolvido.", ["João Gonçalves"]),
    ("Spoke to Mrs O'Sullivan about the delay.", ["O'Sullivan"]),
    ("I'm Ben Short, where is my order?", ["Ben Short"]),
]
_NOBODY = [
    "De bureaulamp Marie in het zwart is kapot.",
    "Die Lampe Marie passt gut zum Tisch.",
    "Der Hammer ist kaputt, die Farbe ist schön.",
    "La lampe Marie est trop petite.",
    "La lámpara Marie llegó rota.",
    "La lampada Marie è arrivata rotta.",
    "Lampa Marie jest za mała.",
    "Lampan Marie är för liten.",
    "A mesa é linda e a entrega foi rápida.",
    "Will the table fit? May I return it in August?",
    "The oak table from the Oxford range is fine.",
    "Paid with iDEAL, sent by DHL, tracking 3SABC123456789012.",
    "Zahlung per PayPal, Versand mit DHL am Montag.",
]


@pytest.fixture(scope="module")
def model() -> NameModel:
    """The model that comes with Inland."""
    return name_model()


def _lines(language: str) -> tuple[str, ...]:
    return tuple(line for lines in astuple(templates(TEMPLATES, language)) for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_seed_gives_the_same_texts_and_another_seed_others(language: str) -> None:
    texts = list(generate(TEMPLATES, language, 50, 5))
    assert texts == list(generate(TEMPLATES, language, 50, 5))
    assert texts != list(generate(TEMPLATES, language, 50, 6))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_of_every_template_is_known(language: str) -> None:
    lines = _lines(language)
    assert len(lines) > 200
    assert {slot for line in lines for slot in SLOT.findall(line)} <= SLOTS
    assert not [line for line in lines if set("{}") & set(SLOT.sub("", line))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_can_be_filled_in_every_language(language: str) -> None:
    draw = Draw(language, random.Random(1))
    assert [slot for slot in sorted(SLOTS) if not fill(f"{{{slot}}}", draw).text.strip()] == []


def test_a_slot_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"\{nickname\}.*slots\.py"):
        fill("Hallo {nickname}", Draw("nl", random.Random(1)))


@pytest.mark.parametrize("slot", sorted(LABELS))
def test_a_label_falls_on_the_value_and_on_nothing_around_it(slot: str) -> None:
    rng = random.Random(3)
    for _ in range(200):
        made = fill(f"<<< {{{slot}}} >>>", Draw("de", rng))
        ((start, end, label),) = made.spans
        labelled, around = made.text[start:end], made.text[:start] + made.text[end:]
        assert label == LABELS[slot]
        assert labelled == labelled.strip() != ""
        assert around.startswith("<<< ")
        assert around.endswith(" >>>")
        assert not any(letter.isalnum() for letter in around) or slot in ("hon", "any")


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fall_on_whole_stretches_of_their_text_in_order(language: str) -> None:
    for made in generate(TEMPLATES, language, 300, 11):
        at = 0
        for start, end, _ in made.spans:
            assert at <= start < end <= len(made.text)
            assert made.text[start:end] == made.text[start:end].strip()
            at = end


@pytest.mark.parametrize("kind", ["first", "last"])
def test_no_name_kept_for_measuring_is_trained_on(kind: str) -> None:
    trained = [name for lists in names().values() for name in lists[kind]]
    assert len(trained) > 5000
    assert [name for name in trained if zlib.crc32(fold(name).encode()) % 5 == 0] == []


@pytest.mark.parametrize(("text", "people"), _PEOPLE)
def test_the_model_finds_people_by_what_stands_around_them(model: NameModel, text: str, people: list[str]) -> None:
    (found,) = model.find([text])
    assert [text[span.start : span.end] for span in found if span.entity_type == "person"] == people


@pytest.mark.parametrize("text", _NOBODY)
def test_the_model_leaves_products_makers_and_days_alone(model: NameModel, text: str) -> None:
    assert model.find([text]) == [()]


def test_a_text_alone_in_a_batch_or_again_has_the_same_spans(model: NameModel) -> None:
    texts = [text for text, _ in _PEOPLE] + _NOBODY + ["", " \n"]
    together = model.find(texts * 6)
    assert together == [model.find([text])[0] for text in texts] * 6
    assert together == model.find(texts * 6)


def test_the_network_answers_as_the_pipeline_of_spacy_does() -> None:
    pipeline = spacy.load(MODEL_FOLDER)
    network = Network(pipeline)
    texts = [text for text, _ in _PEOPLE] + _NOBODY + ["\n Jan  de Vries ", "€ 5 – “Anna”"]
    docs = [pipeline.make_doc(text) for text in texts]
    wanted = [_probabilities(scores) for scores in pipeline.get_pipe("tagger").model.predict(docs)]
    assert [[token.text for token in doc] for doc in docs] == [list(words_of(text).words) for text in texts]
    for odds, same in zip(network.odds([words_of(text).words for text in texts]), wanted, strict=True):
        np.testing.assert_allclose(odds, same, atol=1e-5)


def _probabilities(logits: Any) -> Any:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def test_more_words_than_there_is_room_for_are_forgotten_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.redact.ner.network._KEPT", 300)
    model, rng = NameModel(), random.Random(17)
    texts = [text for text, _ in _PEOPLE]
    before = model.find(texts)
    for _ in range(20):
        model.find([" ".join("".join(rng.choices(string.ascii_letters, k=9)) for _ in range(40))])
    assert len(model._network._rows) <= 300
    assert model.find(texts) == before


def test_a_batch_with_more_words_than_there_is_room_for_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text, _ in _PEOPLE]
    wanted = name_model().find(texts)
    monkeypatch.setattr("streams.redact.ner.network._KEPT", 30)
    assert NameModel().find(texts) == wanted


def test_a_name_that_opens_an_address_is_taken_whole() -> None:
    text = "Rosamund Ollerenshaw\n17 Harrowgate Mews\nLeeds"
    assert "Rosamund Ollerenshaw" in {text[one.start : one.end] for one in name_model().find([text])[0]}


def test_many_threads_may_ask_at_once() -> None:
    texts = [f"Bel Anouk de Vries over bestelling {number}" for number in range(40)]
    alone = [name_model().find([text])[0] for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda text: name_model().find([text])[0], texts)) == alone
