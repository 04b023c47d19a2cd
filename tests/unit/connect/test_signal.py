"""Requests for a snapshot and what is told of them."""

import json

import pytest

from streams.connect.signal import Notice, Order, SnapshotError, notice, request
from tests.unit.connect.shops import connector


def test_a_request_names_the_table_as_the_connector_knows_it() -> None:
    sent = json.loads(request(Order(connector(table_prefix="x_"), "wc_orders", "id = 26"), "r1"))
    name = r"shop\.x_wc_orders"
    assert sent == {
        "id": "r1",
        "type": "execute-snapshot",
        "data": {
            "type": "INCREMENTAL",
            "data-collections": [name],
            "additional-conditions": [{"data-collection": name, "filter": "id = 26"}],
        },
    }
    assert "additional-conditions" not in json.loads(request(Order(connector(), "users"), "r2"))["data"]


@pytest.mark.parametrize("where", ["", "  ", "id = 1; DROP TABLE x", "x" * 2001])
def test_a_condition_that_cannot_be_one_is_refused_and_not_repeated(where: str) -> None:
    with pytest.raises(SnapshotError) as refused:
        request(Order(connector(), "wc_orders", where), "r")
    assert "DROP" not in str(refused.value)
    assert "DROP" not in repr(Order(connector(), "wc_orders", where))


def _told(kind: str, **more: str) -> dict[str, object]:
    return {"id": "r", "aggregate_type": "Incremental Snapshot", "type": kind, "additional_data": more}


@pytest.mark.parametrize(("status", "failed"), [("SUCCEEDED", False), ("EMPTY", False), ("SQL_EXCEPTION", True)])
def test_the_end_of_a_table_tells_rows_and_how_it_went(status: str, failed: bool) -> None:
    found = notice(_told("TABLE_SCAN_COMPLETED", total_rows_scanned="48", status=status))
    assert found == Notice("r", "TABLE_SCAN_COMPLETED", 48, status)
    assert found.failed is failed


def test_what_is_about_no_snapshot_on_request_is_passed_over() -> None:
    assert notice({**_told("COMPLETED"), "aggregate_type": "Initial Snapshot"}) is None
    assert notice(_told("SOMETHING_NEW")) is None
