"""The held-out texts are what a judge needs: repeatable, rightly labelled, of names no training set holds."""

import unicodedata
import zlib

import pytest

from tests.bench.heldout.generate import generate
from tests.bench.heldout.lists import LANGUAGES, names, templates
from tests.bench.heldout.slots import HARMLESS, PERSONAL


def folded(name: str) -> bytes:
    spread = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).encode()


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryLanguage:
    def test_repeats_its_texts_for_a_seed_and_only_for_it(self, language: str) -> None:
        assert generate(language, 40, 3) == generate(language, 40, 3) != generate(language, 40, 4)

    def test_leaves_about_two_in_five_texts_without_a_label(self, language: str) -> None:
        given = generate(language, 600, 1)
        assert 0.33 < sum(not one.labels for one in given) / len(given) < 0.47

    def test_labels_lie_in_order_within_the_text_and_hold_no_outer_space(self, language: str) -> None:
        for one in generate(language, 300, 2):
            ends = 0
            for label in one.labels:
                value = one.text[label.start : label.end]
                assert ends <= label.start < label.end <= len(one.text)
                assert value == value.strip() != ""
                ends = label.end

    def test_takes_only_names_of_the_held_out_fifth(self, language: str) -> None:
        held = names(language)
        assert not [one for one in (*held.first, *held.last) if zlib.crc32(folded(one)) % 5]

    def test_has_a_quarter_of_names_that_no_list_holds(self, language: str) -> None:
        origins = [label.detector for one in generate(language, 600, 1) for label in one.labels]
        persons = [origin for origin in origins if origin != "label"]
        assert 0.18 < persons.count("unlisted") / len(persons) < 0.32

    def test_has_many_templates_whose_slots_all_can_be_filled(self, language: str) -> None:
        given = templates(language)
        assert len({*given.personal, *given.clean}) >= 45
        for line in (*given.personal, *given.clean):
            line.format(**dict.fromkeys((*PERSONAL, *HARMLESS, "orderlink"), ""))

    def test_fills_no_personal_slot_in_a_clean_template(self, language: str) -> None:
        assert not [line for line in templates(language).clean for slot in PERSONAL if f"{{{slot}}}" in line]
