"""What the redaction benchmark's figures mean."""

import pytest

from streams.redact.detect.spans import Span
from tests.bench.detection import Text, f2, quality
from tests.bench.groups import judge
from tests.bench.pace import LONG, joined
from tests.bench.redact_memory import slope


def span(start: int, end: int, kind: str, origin: str = "test") -> Span:
    return Span(start, end, kind, 1.0, origin)


NAMED = Text("Call Anna in Gent.", (span(5, 9, "person", "unlisted"), span(13, 17, "city")))
CLEAN = Text("The Anna lamp.", ())


def test_direct_identifiers_and_the_rest_are_counted_apart() -> None:
    found = judge("nl", [NAMED], [(span(5, 9, "person"),)])
    assert (found.direct, found.rest, found.recall) == (1.0, 0.0, 0.5)
    assert (found.leaking, found.leaking_direct) == (1, 0)


def test_a_name_of_no_list_is_counted_apart_from_those_of_lists() -> None:
    found = judge("nl", [NAMED], [()])
    assert (found.listed, found.unlisted) == (None, 0.0)


def test_a_span_in_a_clean_text_costs_precision_and_is_counted() -> None:
    found = judge("nl", [NAMED, CLEAN], [(span(5, 9, "person"),), (span(4, 8, "person"),)])
    assert (found.precision, found.clean, found.masked_clean) == (0.5, 1, 1)


def test_a_label_covered_by_another_kind_is_found_but_not_typed() -> None:
    person = quality([NAMED], [(span(5, 9, "organisation"),)])[0]
    assert (person.recall, person.typed) == (1.0, 0.0)


def test_f2_weighs_recall_above_precision_and_knows_nothing_of_nothing() -> None:
    assert f2(1.0, 0.5) == 0.833
    assert f2(0.5, 1.0) == 0.556
    assert f2(None, 1.0) is None
    assert f2(0.0, 0.0) is None


def test_joined_texts_are_long_and_keep_the_order() -> None:
    made = joined([NAMED] * 40)
    assert made
    assert all(LONG - 1 <= len(one.text) <= LONG + 40 and one.text.startswith(NAMED.text) for one in made)


def test_a_slope_is_that_of_the_straight_line() -> None:
    assert slope([(10, 1.0), (20, 2.0), (30, 3.0)]) == pytest.approx(0.1)
