"""Official models beside our own: by setting, for texts of their language alone."""

from collections.abc import Sequence

import pytest

from streams.redact.detect.detector import Detector
from streams.redact.detect.spans import Span
from streams.redact.ner.official import ModelsError, OfficialModel, Routed, parse_models


class _Says:
    """Finds one stretch in every text, and remembers what it was asked."""

    def __init__(self, start: int, end: int) -> None:
        self.asked: list[str] = []
        self._span = Span(start, end, "person", 0.8, "test")

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        self.asked += texts
        return [(self._span,) for _ in texts]


_GERMAN = "Der Tisch ist nicht mit der Post für Kunigunde gekommen"
_DUTCH = "De tafel is niet met de post voor Kunigonde gekomen"


def test_a_models_language_decides_which_texts_it_sees() -> None:
    own, german = _Says(0, 3), _Says(4, 9)
    found = Routed(own, {"de": german}).find([_DUTCH, _GERMAN])
    assert own.asked == [_DUTCH, _GERMAN]
    assert german.asked == [_GERMAN]
    assert [len(spans) for spans in found] == [1, 2]


def test_what_another_model_finds_is_masked_and_changes_the_version() -> None:
    routed = Detector(Routed(_Says(0, 3), {"de": _Says(4, 9)}), "de=test")
    assert {(span.start, span.end) for span in routed.detect(_GERMAN)} >= {(0, 9)}
    assert routed.version != Detector(Routed(_Says(0, 3), {})).version


def test_the_setting_reads_as_languages_and_models() -> None:
    assert parse_models(" de=de_core_news_md, FR=fr_core_news_md,") == {
        "de": "de_core_news_md",
        "fr": "fr_core_news_md",
    }
    assert parse_models("") == {}


@pytest.mark.parametrize("setting", ["de", "de=", "german=de_core_news_md", "=x"])
def test_another_form_is_refused_with_the_remedy(setting: str) -> None:
    with pytest.raises(ModelsError, match="language=model"):
        parse_models(setting)


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModelsError, match="xx_nowhere is not installed"):
        OfficialModel("xx_nowhere")
