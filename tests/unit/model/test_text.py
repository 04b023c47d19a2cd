"""Tokens' places in a text, and where a stop sequence ends an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.model.domain import Piece
from infra.local.model.text import end_of_stop, place_tokens


def pieces(*parts: bytes) -> list[Piece]:
    return [Piece(index, part) for index, part in enumerate(parts)]


def test_places_are_counted_in_characters() -> None:
    tokens = place_tokens("Hé x", pieces(b"H", "é".encode(), b" x"))
    assert [(token.text, token.start, token.stop) for token in tokens] == [("H", 0, 1), ("é", 1, 2), (" x", 2, 4)]


def test_tokens_that_share_a_character_all_hold_it() -> None:
    tokens = place_tokens("😀", pieces(b"\xf0\x9f", b"\x98", b"\x80"))
    assert [(token.text, token.start, token.stop) for token in tokens] == [("😀", 0, 1)] * 3


@given(st.text(max_size=40), st.lists(st.integers(1, 5), max_size=60))
def test_places_cover_the_text_whatever_the_tokens_are(text: str, sizes: list[int]) -> None:
    data, parts = text.encode(), []
    for size in sizes:
        parts.append(data[:size])
        data = data[size:]
    tokens = place_tokens(text, pieces(*(part for part in [*parts, data] if part)))
    assert {place for token in tokens for place in range(token.start, token.stop)} == set(range(len(text)))


@pytest.mark.parametrize(
    ("text", "stops", "added", "end"),
    [
        ("positive\n", ["\n"], 1, 9),
        ("positive\nReview", ["\n"], 7, 9),
        ("abc", ["d"], 3, None),
        ("abcd", ["bc", "d"], 2, 3),
        ("abc", [], 3, None),
        ("xx END yy", ["END"], 1, None),
    ],
)
def test_the_first_stop_sequence_that_the_new_text_completes_ends_the_answer(
    text: str, stops: list[str], added: int, end: int | None
) -> None:
    assert end_of_stop(text, stops, added=added) == end
