"""A data subject's request is seen by its words, in every language of the shops, without a model."""

import re
from datetime import UTC, datetime

import pytest
import yaml

from avro_schemas.records import RequestKind
from streams.delivery.failure import UnavailableError
from streams.enrich.records import privacy_requests
from streams.enrich.tasks.rights import RIGHTS_FILE, requests_in
from tests.unit.enrich.events import note, order, review
from tests.unit.enrich.models import Model, Stand, answered

SEEN: tuple[tuple[RequestKind, str], ...] = (
    ("access", "Please send me a copy of all personal data you hold about me."),
    ("access", "Graag inzage in mijn persoonsgegevens."),
    ("access", "Ich bitte um Auskunft nach Artikel 15 DSGVO."),
    ("access", "Je souhaite exercer mon droit d'accès."),
    ("access", "Solicito acceso a mis datos personales."),
    ("access", "Chiedo una copia dei miei dati."),
    ("rectification", "My date of birth is wrong in your records, please have my data corrected."),
    ("rectification", "Bitte berichtigen Sie meine Daten."),
    ("erasure", "Delete my account and everything you know about me."),
    ("erasure", "Verwijder al mijn gegevens, alstublieft."),
    ("erasure", "Bitte löschen Sie mein Kundenkonto und alle Daten."),
    ("erasure", "Merci de supprimer toutes mes données."),
    ("erasure", "Quiero que eliminen mis datos."),
    ("erasure", "Vi prego di cancellare il mio account."),
    ("erasure", "Proszę usunąć moje dane osobowe."),
    ("erasure", "Radera mina uppgifter."),
    ("erasure", "Slet venligst mine oplysninger."),
    ("erasure", "Poistakaa kaikki tietoni."),
    ("erasure", "Apaguem os meus dados."),
    ("restriction", "I want you to restrict the processing of my data."),
    ("portability", "Graag mijn data exporteren, ik beroep mij op dataportabiliteit."),
    ("portability", "Ich verlange Datenübertragbarkeit."),
    ("objection", "I withdraw my consent."),
    ("objection", "Hiermit widerspreche ich der Nutzung meiner Daten zu Werbezwecken."),
    ("objection", "Ik maak bezwaar tegen de verwerking van mijn gegevens."),
    ("unspecified", "I have a question about the GDPR."),
    ("unspecified", "Wer ist bei Ihnen für Datenschutz zuständig?"),
)
ORDINARY = (
    "Where is my parcel? It should have come on Friday.",
    "Please delete the second item from my order.",
    "Kunt u de bestelling annuleren en het geld terugstorten?",
    "Bitte entfernen Sie den Artikel aus dem Paket.",
    "Can I get information about the washing machine?",
    "I cannot log in to my account.",
    "Je voudrais retourner les chaussures.",
    "The power adapter is wrong, I need the other one.",
)


@pytest.mark.parametrize(("kind", "text"), SEEN)
def test_a_request_is_seen(kind: RequestKind, text: str) -> None:
    assert kind in [found.kind for found in requests_in(text)]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_note_is_no_request(text: str) -> None:
    assert requests_in(text) == ()


def test_case_accents_and_lines_do_not_hide_a_request() -> None:
    assert [found.kind for found in requests_in("BITTE\nLÖSCHEN Sie\n alle Daten")] == ["erasure"]


def test_an_article_counts_beside_the_name_of_a_law_alone() -> None:
    assert [found.rule for found in requests_in("Under art. 17 GDPR I ask you to act.")] == ["article"]
    assert requests_in("Article 17 on your price list is wrong.") == ()


def test_every_kind_has_words_in_every_language_and_each_is_a_valid_pattern() -> None:
    listed = yaml.safe_load(RIGHTS_FILE.read_text(encoding="utf-8"))
    languages = set(listed["erasure"])
    assert len(languages) == 11
    for by_language in listed.values():
        assert set(by_language) == languages
        assert all(re.compile(pattern) for patterns in by_language.values() for pattern in patterns)


async def test_a_request_is_raised_before_the_model_is_asked_and_while_it_is_away() -> None:
    stand = Stand(Model(UnavailableError("the model server of eu"), answered(" other")))
    with pytest.raises(UnavailableError):
        await stand.once(note("Please delete all my data."))
    (raised,) = stand.requests
    assert (raised["kind"], raised["article"], raised["found_by"], raised["rule"]) == (
        "erasure",
        17,
        "rule",
        "erasure/en",
    )
    assert raised["order_id"] == 7
    await stand.once(note("Please delete all my data."))
    assert len(stand.requests) == 1, "it is raised once, though the event is asked about again"


async def test_what_the_model_alone_sees_is_raised_too_and_marked_so() -> None:
    stand = Stand(Model(answered(" privacy")))
    await stand.once(note("Tell me everything about the file that you keep."))
    (raised,) = stand.requests
    assert (raised["kind"], raised["article"], raised["found_by"], raised["rule"]) == (
        "unspecified",
        None,
        "model",
        None,
    )
    assert raised["call_id"] == stand.calls[0]["call_id"]


async def test_what_the_gate_stops_is_raised_all_the_same() -> None:
    stand = Stand(Model())
    await stand.once(note("Delete my data, I am ann@shop.example"))
    assert stand.model.requests == []
    assert [raised["kind"] for raised in stand.requests] == ["erasure"]


async def test_a_request_has_the_same_id_whichever_event_of_the_order_tells_it() -> None:
    ids = set()
    for event_type in ("order_updated", "order_status_changed"):
        stand = Stand(Model(answered(" other")))
        event = order("Please erase my data", event_type)
        event["event_id"] = event_type
        await stand.once(event, headers=())
        ids |= {raised["request_id"] for raised in stand.requests}
    assert len(ids) == 1


async def test_a_review_raises_nothing() -> None:
    stand = Stand(Model(*map(answered, (" negative", " bad", " unhappy", " other"))))
    await stand.once(review("Delete all my data!"))
    assert stand.requests == []


@pytest.mark.parametrize(
    ("captured", "due"),
    [((2026, 1, 31), (2026, 2, 28)), ((2026, 5, 4), (2026, 6, 4)), ((2026, 12, 31), (2027, 1, 31))],
)
def test_the_answer_is_due_in_one_month(captured: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    assert privacy_requests.due(datetime(*captured, tzinfo=UTC)) == datetime(*due, tzinfo=UTC)
