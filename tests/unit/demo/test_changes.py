"""What was told must land, once, whichever route told it: the comparison must see every kind of difference."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from streams.demo.changes import ENTITIES, Change
from streams.demo.landed import Check, compare_changes

DAY = [
    Change("order_placed", "order", 26, 100, "pending"),
    Change("order_status_changed", "order", 26, 101, "processing"),
    Change("order_updated", "order", 26, 103, "processing"),
    Change("order_deleted", "order", 26, 104),
    Change("order_note_added", "order_note", 7, 101),
    Change("review_posted", "review", 8, 105),
    Change("review_edited", "review", 8, 106),
    Change("customer_created", "customer", 3, 90),
    Change("customer_updated", "customer", 3, 99),
    Change("customer_deleted", "customer", 3, 110),
    Change("product_created", "product", 11, 80),
    Change("product_updated", "product", 11, 102),
    Change("coupon_created", "coupon", 12, 80),
    Change("coupon_updated", "coupon", 12, 81),
    Change("coupon_deleted", "coupon", 12, 82),
    Change("cart_updated", "cart", 1, 95),
    Change("cart_updated", "cart", 1, 96),
    Change("cart_abandoned", "cart", 1, 97),
    Change("option_changed", "option", 5, 70),
]


def _broken(landed: Sequence[Change]) -> list[Check]:
    return [check for check in compare_changes(DAY, landed) if not check.agrees]


def test_what_landed_as_it_was_told_agrees_for_every_entity() -> None:
    assert _broken(DAY) == []
    assert len(compare_changes(DAY, DAY)) == len(ENTITIES)
    assert all(check.told for check in compare_changes(DAY, DAY))


def test_the_order_of_arrival_and_the_kind_that_follows_from_it_do_not_matter() -> None:
    first, second, *rest = DAY
    swapped = [replace(second, event_type="order_placed"), replace(first, event_type="order_status_changed"), *rest]
    assert _broken(swapped) == []


UNCOUNTED = ("coupon_updated", "cart_abandoned")
"""Uses within a second are one; a demonstration is over before a cart is abandoned."""


@pytest.mark.parametrize("lost", [change for change in DAY if change.event_type not in UNCOUNTED], ids=str)
def test_a_change_that_never_landed_is_missing(lost: Change) -> None:
    (check,) = _broken([change for change in DAY if change is not lost])
    assert check.landed < check.told
    assert any(str(lost.id) in missing for missing in check.missing)


TELLABLE_AGAIN = [
    change for change in DAY if change.event_type not in (*UNCOUNTED, "customer_updated", "product_updated")
]


@pytest.mark.parametrize("twice", TELLABLE_AGAIN, ids=str)
def test_a_change_that_landed_twice_is_seen(twice: Change) -> None:
    (check,) = _broken([*DAY, twice])
    assert check.landed == check.told
    assert any(str(twice.id) in untold for untold in check.untold)


def test_a_state_that_never_was_is_seen() -> None:
    (check,) = _broken([*DAY, Change("customer_updated", "customer", 3, 98)])
    assert check.untold == ("3 98",)


def test_what_others_did_on_the_same_platform_is_nobodys_difference() -> None:
    assert _broken([*DAY, Change("order_placed", "order", 900_001, 100, "pending")]) == []


def test_an_order_that_was_never_told_as_placed_is_missing() -> None:
    first, *rest = DAY
    (check,) = _broken([replace(first, event_type="order_updated"), *rest])
    assert check.missing == ("26 placed 1",)
