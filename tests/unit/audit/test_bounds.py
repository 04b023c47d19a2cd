"""What ClickHouse cannot hold is refused by field, and never quoted."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from avro_schemas.records import CommerceEvent, LineItem
from streams.audit.bounds import check
from streams.delivery.refusal import RefusedError
from tests.unit.audit import samples


def with_total(total: Decimal) -> CommerceEvent:
    return {**samples.order_event(), "order": {**samples.order(), "total": total}}


@pytest.mark.parametrize("total", [Decimal(10) ** 14, -(Decimal(10) ** 14)])
def test_a_sum_of_more_than_eighteen_digits_is_refused_by_path_and_not_by_value(total: Decimal) -> None:
    with pytest.raises(RefusedError, match=r"order\.total of commerce_event needs more than 18 digits") as caught:
        check("commerce_event", with_total(total))
    assert str(total) not in str(caught.value)


def test_the_largest_sum_is_taken() -> None:
    check("commerce_event", with_total(Decimal("99999999999999.9999")))


@pytest.mark.parametrize("year", [1, 1899, 2300, 9999])
def test_a_time_outside_clickhouses_range_is_refused(year: int) -> None:
    event: CommerceEvent = {**samples.order_event(), "occurred_at": datetime(year, 1, 2, tzinfo=UTC)}
    with pytest.raises(RefusedError, match="occurred_at of commerce_event lies outside"):
        check("commerce_event", event)


def test_a_sum_within_an_array_is_looked_at_too() -> None:
    dear: LineItem = {**samples.order()["line_items"][1], "total": Decimal(10) ** 15}
    event: CommerceEvent = {**samples.order_event(), "order": {**samples.order(), "line_items": [dear]}}
    with pytest.raises(RefusedError, match=r"line_items\[\]\.total"):
        check("commerce_event", event)
