"""A set is read strictly, and what is wrong in it is named without its text."""

from pathlib import Path

import pytest

from streams.enrich.trial.labelled import SetError, read_set


def _set(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_a_set_may_say_language_country_and_difficulty(tmp_path: Path) -> None:
    line = '{"id": 1, "text": "Top!", "label": "good", "language": "nl", "country": "NL", "difficulty": "tricky"}'
    (one,) = read_set(_set(tmp_path, line, ""), ("good",))
    assert (one.text, one.label, one.language, one.country, one.difficulty) == ("Top!", "good", "nl", "NL", "tricky")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            '{"text": "Secret words", "label": "great"}',
            "set.jsonl:1: label: no label of the task: use one of good",
        ),
        ('{"text": "Secret words"}', "set.jsonl:1: label: Field required"),
        ('{"text": "Secret words", "label": "good", "difficulty": "hard"}', "set.jsonl:1: difficulty: "),
        ("Secret words", "set.jsonl:1: no JSON"),
        ("", "set.jsonl: holds no text"),
    ],
)
def test_a_wrong_line_is_named_and_not_quoted(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SetError) as refused:
        read_set(_set(tmp_path, line), ("good", "bad"))
    assert str(refused.value).startswith(said)
    assert "Secret" not in str(refused.value)
