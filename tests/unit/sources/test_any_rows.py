"""Whatever stands in the rows of an order: it is told, refused by rule, or waited for, and nothing else."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.delivery.refusal import RefusedError
from streams.sources.debezium import Change
from streams.sources.tables import TABLES
from tests.unit.sources.gathered_shop import GatheredShop
from tests.unit.sources.orders import NOON, large_order

_COLUMNS = ["id", "order_id", "order_item_id", "meta_id", "status", "type", "total_amount", "tax_amount", "currency",
            "date_created_gmt", "date_updated_gmt", "date_paid_gmt", "address_type", "country", "email", "meta_key",
            "meta_value", "order_item_type", "order_item_name", "parent_order_id", "customer_id", "post_type", "ID",
            "post_id", "post_status", "post_modified_gmt", "prices_include_tax"]  # fmt: skip
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["wc-processing", "trash", "shop_order", "shop_order_refund", "line_item", "_qty", "_line_total",
                     "_refund_amount", "billing", "1e999999", "NaN", "-1", "7", "product"]),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip
_ROWS = st.dictionaries(st.sampled_from(_COLUMNS), _VALUES, max_size=12)
_TABLES = st.sampled_from([name for name in TABLES if name.startswith(("wc_", "woocommerce_order", "post"))])
_OPS = st.sampled_from(["c", "u", "d", "r"])


def _take(shop: GatheredShop, table: str, op: Any, row: dict[str, Any], place: int) -> None:
    before = row if op in ("u", "d") else {}
    change = Change("demo", table, op, before, {} if op == "d" else row, f"binlog.000002:{place:020d}:000000", NOON)
    with suppress(RefusedError):
        shop.rows([change])


@given(st.lists(st.tuples(_TABLES, _OPS, _ROWS), max_size=8), st.booleans())
def test_any_rows_are_told_refused_or_waited_for(changes: list[tuple[str, Any, dict[str, Any]]], known: bool) -> None:
    shop = GatheredShop()
    if known:
        shop.rows(large_order(2))
    for place, (table, op, row) in enumerate(changes, 1):
        _take(shop, table, op, {**row, TABLES[table].key: row.get(TABLES[table].key, 7)}, place)
    shop.wait(70)
    assert all(broken.rule for broken in shop.broken)
