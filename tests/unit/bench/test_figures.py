"""The arithmetic behind the benchmarks' figures."""

import pytest

from streams.redact.detect.spans import Span
from tests.bench.detection import Text, quality, totals
from tests.bench.harness import quantiles_of, ratio


def span(start: int, end: int, kind: str) -> Span:
    """A span of no detector in particular."""
    return Span(start, end, kind, 1.0, "test")


TEXT = Text("Call Anna on 0301234.", (span(5, 9, "person"), span(13, 20, "phone")))


def test_a_ratio_pairs_neighbouring_rounds_so_that_a_slow_minute_weighs_on_both() -> None:
    assert ratio([100, 10, 100], [200, 20, 200]) == 0.5


def test_a_ratio_refuses_rounds_without_a_partner() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


def test_quantiles_lie_between_the_values_around_them() -> None:
    found = quantiles_of(list(range(101)))
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == (50, 95, 99)


def test_a_label_that_is_half_covered_is_not_found() -> None:
    assert totals([TEXT], [(span(5, 7, "person"), span(13, 20, "phone"))])[0] == 1


def test_a_span_of_another_kind_covers_a_label_but_is_not_precise() -> None:
    person, phone = quality([TEXT], [(span(5, 9, "phone"), span(13, 20, "phone"))])
    assert (person.recall, person.precision) == (1.0, None)
    assert (phone.recall, phone.precision) == (1.0, 0.5)
