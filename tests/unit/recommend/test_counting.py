"""Counts follow from the orders alone: whatever their order, however often they are told."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from avro_schemas.records import Basket
from streams.recommend.counting import TOP, Counts, count, items

AT = datetime(2026, 5, 4, tzinfo=UTC)


def _basket(order_id: int, others: list[int]) -> Basket:
    return Basket(
        event_id=str(order_id), shop_id="s", region="eu", order_id=order_id, product_id=1, others=others, captured_at=AT
    )


def _counted(baskets: list[Basket]) -> Counts | None:
    state: Counts | None = None
    for basket in baskets:
        state = count(state, basket) or state
    return state


ORDERS = st.dictionaries(st.integers(1, 200), st.lists(st.integers(2, 30), unique=True, max_size=5), max_size=40)


@given(ORDERS, st.randoms(use_true_random=False))
def test_the_same_orders_give_the_same_counts_in_any_order_and_however_often(
    orders: dict[int, list[int]], random: object
) -> None:
    once = [_basket(order_id, others) for order_id, others in orders.items()]
    again = once * 2
    random.shuffle(again)  # type: ignore[attr-defined]
    left, right = _counted(once), _counted(again)
    if left is None or right is None:
        assert left is right
        return
    assert (left["orders"], left["beside"], left["top"]) == (right["orders"], right["beside"], right["top"])


@given(ORDERS)
def test_scores_are_shares_and_come_best_first(orders: dict[int, list[int]]) -> None:
    state = _counted([_basket(order_id, others) for order_id, others in orders.items()])
    found = items(state) if state else []
    assert len(found) <= TOP
    assert all(0 < item["score"] <= 1 for item in found)
    assert found == sorted(found, key=lambda item: (-item["orders"], item["product_id"]))


def test_the_revision_counts_changes_of_the_list_only() -> None:
    state = count(None, _basket(1, [2]))
    assert state is not None
    assert state["revision"] == 1
    alone = count(state, _basket(2, []))
    assert alone is not None
    assert alone["revision"] == 1
