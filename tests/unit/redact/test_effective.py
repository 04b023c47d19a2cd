"""The effective table says of every field what happens to it."""

import json

from click.testing import CliRunner

from avro_schemas.schemas import schema
from streams.cli import main
from streams.redact.effective import effective
from streams.redact.policy import load_policy

_ROWS = {row.field: row for row in effective(load_policy())}


def test_every_field_that_is_read_has_a_row() -> None:
    names = {field["name"] for field in schema("captured_event").source["fields"]}
    assert {name.split(".")[0].removesuffix("[]") for name in _ROWS} == names


def test_a_row_says_class_treatment_and_what_is_left() -> None:
    told = {name: (row.pii, row.treatment) for name, row in _ROWS.items()}
    assert told["subject"] == ("subject", "token")
    assert told["order.billing.postcode"] == ("postcode", "generalise: prefix")
    assert told["order.shipping.first_name"] == ("person", "vault")
    assert told["order.line_items[].name"] == ("none", "keep")
    assert told["order.refunds[].reason"] == ("free_text", "detect")
    assert told["order.meta_data[].value"] == ("unknown", "drop")


def test_a_field_that_the_event_has_no_place_for_is_dropped_though_it_is_not_personal() -> None:
    assert (_ROWS["created_at"].pii, _ROWS["created_at"].treatment) == ("none", "drop")


def test_the_command_prints_the_same_table() -> None:
    shown = json.loads(CliRunner().invoke(main, ["policy", "show", "--json"], catch_exceptions=False).output)
    assert shown["version"] == load_policy().version
    assert {row["field"]: row["treatment"] for row in shown["fields"]} == {
        name: row.treatment for name, row in _ROWS.items()
    }
    assert "order.billing.email" in CliRunner().invoke(main, ["policy", "show"], catch_exceptions=False).output
