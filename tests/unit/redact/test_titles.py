"""Titles and initials announce a name, in whatever language the note is."""

import pytest

from streams.redact.detect.recognizers.titles import TitleRecognizer
from streams.redact.detect.resolve import resolve


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("El Sr. Moraleda y la Sra. Chamosales pidieron", ["Moraleda", "Chamosales"]),
        ("Entregar a doña Remedios o a la Sra. Echarri del 2º", ["Remedios", "Echarri"]),
        ("Recogido por D. Grande. Faltan piezas", ["D. Grande"]),
        ("bei Frau Schmidt-Lang, bei frau hoekstra", ["Schmidt-Lang", "hoekstra"]),
        ("dhr. van der Meulen belde", ["van der Meulen"]),
        ("HERR MÜLLER KOMMT", ["MÜLLER"]),
        ("Le colis de P. de Valdefuego", ["P. de Valdefuego"]),
    ],
)
def test_what_follows_a_title_or_initials_is_a_name(text: str, names: list[str]) -> None:
    found = resolve(TitleRecognizer().spans(text), text)
    assert [text[one.start : one.end] for one in found] == names


@pytest.mark.parametrize(
    "text",
    [
        "Taille M. Merci beaucoup",
        "Maat M. Graag snel",
        "taille M Bleu",
        "Größe L. Umtausch bitte",
        "Herr ist da",
        "Vitamin C. Danke",
        "un señor amable",
        "Onderdeel A. Bureau",
    ],
)
def test_a_size_a_part_or_a_common_word_is_left(text: str) -> None:
    assert not list(TitleRecognizer().spans(text))
