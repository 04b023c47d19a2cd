"""Texts carry exactly the personal data their labels say, in eleven languages, beside hard negatives."""

from collections.abc import Iterator

import pytest

from infra.local.shop.catalogue import CATALOGUE
from infra.local.shop.model import Intent, LabelledText, Sentiment
from infra.local.shop.plan import shop_plan
from infra.local.shop.planned import ShopPlan
from infra.local.shop.texts import LANGUAGES, STAFF_LANGUAGES, NoteTemplate, Phrasebook, phrasebook


def _texts(plan: ShopPlan) -> Iterator[LabelledText]:
    for order in plan.orders:
        yield from (text for text in (order.customer_note, order.refund_reason) if text)
        yield from order.staff_notes
        yield from (review.text for review in order.reviews)


@pytest.fixture(scope="module")
def texts() -> list[LabelledText]:
    return list(_texts(shop_plan(400, 11)))


def test_every_span_is_the_value_it_names(texts: list[LabelledText]) -> None:
    assert len(texts) > 300
    for text in texts:
        for span in text.spans:
            assert text.text[span.start : span.end] == span.value


def test_a_value_in_a_text_is_always_marked(texts: list[LabelledText]) -> None:
    for text in texts:
        rest = "".join(c for i, c in enumerate(text.text) if not any(s.start <= i < s.end for s in text.spans))
        assert "@" not in rest
        assert "{" not in rest


def test_all_languages_occur_with_and_without_personal_data(texts: list[LabelledText]) -> None:
    assert {text.language for text in texts} == set(LANGUAGES)
    assert any(text.spans for text in texts)
    clean = sum(not text.spans for text in texts)
    assert 0.2 < clean / len(texts) < 0.6


def test_product_names_that_are_names_of_people_stay_unmarked(texts: list[LabelledText]) -> None:
    names = {product.name for product in CATALOGUE}
    assert not any(span.value in names for text in texts for span in text.spans)
    assert any(name in text.text for text in texts for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentiment(language: str) -> None:
    reviews = phrasebook(language).reviews
    assert {review.sentiment for review in reviews} == set(Sentiment)


def test_staff_and_customers_together_express_every_intent() -> None:
    notes: list[NoteTemplate] = [note for language in LANGUAGES for note in phrasebook(language).customer_notes]
    notes += [note for language in STAFF_LANGUAGES for note in phrasebook(language).staff_notes]
    assert {note.intent for note in notes} == set(Intent)


def test_a_misspelt_key_in_a_phrasebook_is_refused() -> None:
    with pytest.raises(ValueError, match="sentimnt"):
        Phrasebook.model_validate(
            {"reviews": [{"sentimnt": "positive", "text": "x"}], "customer_notes": [], "refund_reasons": []}
        )
