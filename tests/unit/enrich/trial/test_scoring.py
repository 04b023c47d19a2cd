"""Scores add up by hand, and no answer is a wrong one."""

import pytest

from streams.enrich.trial.scoring import NOTHING, Scored, report


def _of(right: str, given: str | None, language: str = "en", difficulty: str | None = None) -> Scored:
    return Scored(right, given, language, difficulty)


def test_accuracy_counts_texts_and_balanced_accuracy_counts_labels() -> None:
    found = report([_of("a", "a"), _of("a", "a"), _of("a", "a"), _of("b", "a")])
    assert (found.total.accuracy, found.total.balanced) == (0.75, 0.5)
    assert found.recall == {"a": 1.0, "b": 0.0}


def test_no_answer_is_wrong_and_has_a_column_of_its_own() -> None:
    found = report([_of("a", None), _of("a", "a")])
    assert found.total.accuracy == 0.5
    assert found.confusion == {"a": {NOTHING: 1, "a": 1}}


def test_languages_and_obvious_and_tricky_texts_are_told_apart() -> None:
    found = report([_of("a", "a", "nl", "obvious"), _of("a", "b", "de", "tricky"), _of("b", "b", "de", "obvious")])
    assert {name: score.accuracy for name, score in found.by_language.items()} == {"nl": 1.0, "de": 0.5}
    assert {name: (score.texts, score.accuracy) for name, score in found.by_difficulty.items()} == {
        "obvious": (2, 1.0),
        "tricky": (1, 0.0),
    }


def test_texts_without_a_difficulty_are_in_neither_group() -> None:
    assert report([_of("a", "a")]).by_difficulty == {}


def test_nothing_to_score_is_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        report([])
