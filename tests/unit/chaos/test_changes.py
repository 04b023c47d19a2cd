"""Which events a business change calls for: exactly one, but for those that may be told together."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tests.chaos.reconcile.changes import Change, Event, changes_of, surplus, untold

SECOND = 1_790_000_000


def _fact(event_type: str, entity: str, status: str | None = None, total: str | None = None) -> Mapping[str, object]:
    at = datetime.fromtimestamp(SECOND, UTC).isoformat()
    return {"event_type": event_type, "entity": entity, "id": 7, "changed_at": at, "status": status, "total": total}


def _event(  # noqa: PLR0917 - the fields that differ
    number: int, event_type: str, entity: str, status: str = "", total: str = "", second: int = SECOND
) -> Event:
    return Event(f"e{number}", event_type, entity, "7", second, status, total, str(number))


def _due(*facts: Mapping[str, object]) -> Counter[Change]:
    return Counter(change for fact in facts for change in changes_of(fact))


PLACED = _fact("order_placed", "order", "pending", "9.50")
PAID = _fact("order_status_changed", "order", "processing", "9.50")


def test_an_order_is_told_by_its_second_status_and_total_whatever_the_kind_of_its_change() -> None:
    due = _due(PLACED, PAID)
    late = [
        _event(1, "order_placed", "order", "processing", "9.5"),
        _event(2, "order_status_changed", "order", "pending", "9.5000"),
    ]
    assert list(untold(due, late)) == []
    assert surplus(due, late) == ([], [])
    wrong = [late[0], _event(2, "order_status_changed", "order", "pending", "9.49")]
    assert len(list(untold(due, wrong))) == 1
    assert [item.why for item in surplus(due, wrong)[1]] == ["told 1 times, done 0: order_status_changed 2"]


def test_an_order_placed_twice_is_doubled_even_where_its_states_are_told_once_each() -> None:
    due = _due(PLACED, PAID)
    events = [
        _event(1, "order_placed", "order", "pending", "9.5"),
        _event(2, "order_placed", "order", "processing", "9.5"),
    ]
    twice, strange = surplus(due, events)
    assert ([item.why for item in twice], strange) == (["told 2 times, done 1: order_placed 1, order_placed 2"], [])


@pytest.mark.parametrize(("entity", "kind"), [("customer", "customer_updated"), ("coupon", "coupon_updated")])
def test_what_bears_no_date_of_its_own_may_be_told_together_yet_not_oftener_and_not_never(
    entity: str, kind: str
) -> None:
    due = _due(_fact(kind, entity), _fact(kind, entity))
    told = [_event(number, kind, entity) for number in range(3)]
    assert [len(list(untold(due, told[:count]))) for count in range(4)] == [1, 0, 0, 0]
    assert [len(surplus(due, told[:count])[0]) for count in range(4)] == [0, 0, 0, 1]


@pytest.mark.parametrize("kind", ["cart_updated", "option_changed", "order_note_added", "review_edited"])
def test_everything_else_is_told_as_often_as_it_happened(kind: str) -> None:
    entity = kind.rsplit("_", 1)[0]
    due = _due(_fact(kind, entity), _fact(kind, entity))
    assert len(list(untold(due, [_event(1, kind, entity)]))) == 1
    assert list(untold(due, [_event(1, kind, entity), _event(2, kind, entity)])) == []


def test_a_deletion_is_told_once_a_life_whatever_its_second() -> None:
    due = _due(_fact("order_deleted", "order", "trash", "9.50"))
    assert list(untold(due, [_event(1, "order_deleted", "order", second=SECOND + 3)])) == []
    assert len(surplus(due, [_event(n, "order_deleted", "order", second=SECOND + n) for n in (1, 2)])[0]) == 1


def test_a_cart_that_is_left_when_the_shop_closes_calls_for_nothing() -> None:
    assert changes_of(_fact("cart_abandoned", "cart", None, "9.50")) == []
