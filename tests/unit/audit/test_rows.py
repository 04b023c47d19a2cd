"""Records become columns, with nulls, decimals and arrays kept."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from streams.audit.place import Partition
from streams.audit.rows import Block, Rows, block, newest_capture
from streams.audit.tables import COMMERCE_EVENTS, MODEL_CALL_BODIES, MODEL_CALLS, RECOMMENDATION_UPDATES, Table
from tests.unit.audit import samples

HERE = Partition("commerce.events.eu", 1)
LANDED_AT = datetime(2026, 5, 1, tzinfo=UTC)


def rows(*records: Any, first: int = 10) -> Rows:
    return Rows(HERE, list(range(first, first + len(records))), list(records))


def column(made: Block, table: Table, name: str) -> list[Any]:
    return list(made.columns[table.column_names.index(name)])


def test_orders_are_flattened_and_other_events_are_null_there() -> None:
    made = block(COMMERCE_EVENTS, rows(samples.order_event(), samples.review_event()), LANDED_AT)
    assert column(made, COMMERCE_EVENTS, "order_total") == [Decimal("49.9000"), None]
    assert column(made, COMMERCE_EVENTS, "order_discount_total") == [None, None]
    assert column(made, COMMERCE_EVENTS, "order_billing_country") == ["NL", None]
    assert column(made, COMMERCE_EVENTS, "order_shipping_country") == [None, None]
    assert column(made, COMMERCE_EVENTS, "product_ids") == [[7, 9], []]
    assert column(made, COMMERCE_EVENTS, "line_totals") == [[Decimal("30.0000"), Decimal("14.9500")], []]
    assert column(made, COMMERCE_EVENTS, "review_content") == [None, "Fijne kruk, aldus <person>"]


def test_every_row_says_where_it_came_from_and_when_it_was_sent() -> None:
    made = block(COMMERCE_EVENTS, rows(samples.order_event(1), samples.order_event(2), first=41), LANDED_AT)
    assert [list(values) for values in made.columns[:4]] == [
        ["commerce.events.eu"] * 2,
        [1, 1],
        [41, 42],
        [LANDED_AT, LANDED_AT],
    ]
    assert made.rows == 2
    assert {len(values) for values in made.columns} == {2}
    assert len(made.columns) == len(COMMERCE_EVENTS.column_names)


def test_the_token_names_topic_partition_offsets_table_and_time() -> None:
    made = block(MODEL_CALLS, rows(samples.model_call(), samples.blocked_call(), first=7), LANDED_AT)
    assert made.token == "commerce.events.eu:1:7-8:model_calls:20260501T000000000000"


def test_prompt_and_answer_go_apart_from_the_call() -> None:
    assert not {"prompt", "answer"} & set(MODEL_CALLS.column_names)
    made = block(MODEL_CALL_BODIES, rows(samples.model_call(), samples.blocked_call()), LANDED_AT)
    assert column(made, MODEL_CALL_BODIES, "answer") == ["positive", None]


def test_recommended_items_become_parallel_arrays() -> None:
    made = block(RECOMMENDATION_UPDATES, rows(samples.recommendation(3)), LANDED_AT)
    assert column(made, RECOMMENDATION_UPDATES, "recommended_ids") == [[9, 11]]
    assert column(made, RECOMMENDATION_UPDATES, "recommended_orders") == [[3, 1]]


def test_rows_are_picked_by_offset_and_keep_their_order() -> None:
    compacted = Rows(HERE, [3, 9, 40], [samples.recommendation(n) for n in (1, 2, 3)])
    picked = compacted.only({40, 3, 7})
    assert list(picked.offsets) == [3, 40]
    assert [record["revision"] for record in picked.records] == [1, 3]
    assert compacted.only(set()).offsets == []


def test_the_newest_capture_is_the_youngest_of_the_batch() -> None:
    late = samples.T0 + samples.SECOND
    batch = rows(samples.order_event(1, late), samples.order_event(2))
    assert newest_capture(COMMERCE_EVENTS, batch) == late


def test_a_block_and_rows_print_without_what_they_hold() -> None:
    batch = rows(samples.review_event())
    assert "kruk" not in repr(batch) + repr(block(COMMERCE_EVENTS, batch, LANDED_AT))
