"""Schemas, mapping and migrations hold together: a field without a column, or in one of another type, is found."""

import pytest

from avro_schemas.schemas import SchemaName, schema
from infra.clickhouse.migrate import migrations
from streams.audit.columns import reader
from streams.audit.sink import routes
from streams.audit.tables import NOT_LANDED, PLACE_COLUMNS, TABLES, Table
from tests.unit.audit import samples
from tests.unit.audit.schema_types import columns, fields
from topics.catalogue import catalogue

ALL_TABLES = [(name, table) for name, tables in TABLES.items() for table in tables]
by_schema = pytest.mark.parametrize("name", list(TABLES))
by_table = pytest.mark.parametrize(("name", "table"), ALL_TABLES, ids=[table.name for _, table in ALL_TABLES])


@by_schema
def test_every_field_lands_or_is_excused(name: SchemaName) -> None:
    landed = {column.path for table in TABLES[name] for column in table.columns}
    assert {path for path, _ in fields(schema(name).source)} == landed | set(NOT_LANDED.get(name, {}))


@by_table
def test_columns_are_the_migrations_in_name_and_type(name: SchemaName, table: Table) -> None:
    wanted = dict(fields(schema(name).source))
    declared = columns(table.name)
    assert set(declared) == set(table.column_names)
    assert {column.name: declared[column.name] for column in table.columns} == {
        column.name: wanted[column.path] for column in table.columns
    }


@by_table
def test_every_table_says_where_a_row_came_from(name: SchemaName, table: Table) -> None:
    declared = columns(table.name)
    kinds = ["String", "Int32", "Int64", "DateTime64(6, 'UTC')"]
    assert [declared[column] for column in PLACE_COLUMNS] == kinds
    assert table.captured in {column.path for column in table.columns}, name


@by_table
def test_tables_deduplicate_live_for_a_time_and_have_one_partition(name: SchemaName, table: Table) -> None:
    (create,) = (up for one in migrations() for up in one.up if f"EXISTS {table.name}\n" in up)
    assert "non_replicated_deduplication_window" in create, name
    assert "\nTTL " in create
    # An insert into several partitions is not atomic: the highest landed offset would lie above missing rows.
    assert "PARTITION BY" not in create


@by_table
def test_every_table_is_ordered_by_its_identity_in_a_projection(name: SchemaName, table: Table) -> None:
    changes = "\n".join(up for one in migrations() for up in one.up if f"ALTER TABLE {table.name} " in up)
    ids = ", ".join(table.identity)
    assert f"identity UInt64 MATERIALIZED sipHash64({ids})" in changes
    assert f"SELECT identity, {ids}, _topic, _partition, _offset\n    ORDER BY identity" in changes
    assert "MATERIALIZE PROJECTION" in changes, "rows from before the migration"
    assert set(table.identity) <= {column.name for column in table.columns}, name


def test_every_topic_of_the_sink_has_tables() -> None:
    found = routes(catalogue())
    assert {schema_name for schema_name, _ in found.values()} == set(TABLES)
    assert {"commerce.events.eu", "commerce.events.uk", "commerce.events.ch", "model.calls"} <= set(found)


def test_a_path_through_an_absent_record_reads_as_null_and_over_an_array_as_empty() -> None:
    review = samples.review_event()
    assert reader("order.status")(review) is None
    assert reader("order.billing.country")(review) is None
    assert reader("order.line_items[].total")(review) == []
    assert reader("product.categories[]")(review) == []
    assert reader("review.product_id")(review) == 7
