"""The analyst's handbook holds: its queries run, and say what the columns that came later mean of rows before them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from infra.clickhouse.migrate import migrate, revert
from streams.audit.place import Partition
from streams.audit.rows import Rows, block
from streams.audit.tables import COMMERCE_EVENTS, ENRICHMENT_RESULTS, MODEL_CALL_BODIES, MODEL_CALLS, Table
from tests.platform.audit_stand import Engine
from tests.unit.audit import samples

HANDBOOK = (Path(__file__).parents[2] / "docs" / "analyst.md").read_text(encoding="utf-8")
QUERIES = dict(re.findall(r"\*\*([^*\n]+\?)\*\*[^`]*?(?:`[^`\n]+`[^`]*?)*```sql\n(.*?)```", HANDBOOK, re.DOTALL))
FIRST = "0026_model_calls_in_full"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A database of its own with an answered, a cached, a skipped and a blocked call in it."""
    own = Engine(tmp_path_factory.mktemp("handbook"))
    own.start()
    migrate(own.client(None))
    calls = [
        samples.model_call(2),
        {**samples.model_call(3), "cache": "hit", "total_us": 0, "first_token_us": None},
        {**samples.model_call(4), "outcome": "skipped", "endpoint": "", "total_us": 0, "first_token_us": None},
        samples.blocked_call(5),
    ]
    _insert(own.client(), MODEL_CALLS, *calls)
    _insert(own.client(), MODEL_CALL_BODIES, *calls)
    _insert(own.client(), ENRICHMENT_RESULTS, samples.enrichment(2))
    _insert(own.client(), COMMERCE_EVENTS, samples.order_event(1), samples.review_event(2))
    yield own.client()
    own.kill()


def _insert(client: Client, table: Table, *records: Any) -> None:
    rows = Rows(Partition("handbook", 0), list(range(len(records))), list(records))
    columns: Any = block(table, rows, datetime.now(UTC)).columns
    client.insert(table.name, columns, column_names=table.column_names, column_oriented=True)


def test_every_query_of_the_handbook_is_found() -> None:
    assert len(QUERIES) == HANDBOOK.count("```sql") == 9


@pytest.mark.parametrize("question", QUERIES)
def test_every_query_of_the_handbook_runs(client: Client, question: str) -> None:
    client.query(QUERIES[question])


def test_the_cache_and_what_was_skipped_are_told_apart_from_what_a_server_answered(client: Client) -> None:
    found = client.query(QUERIES["Does the model keep up, and what did peak cost?"]).named_results()
    (row,) = found
    assert (row["calls"], row["answered"], row["from_cache"], row["skipped"]) == (4, 1, 1, 1)
    (latency,) = client.query("SELECT calls, total_p50_ms, first_token_p50_ms FROM model_latency").result_rows
    assert latency == (1, 260.0, 180.0)


def test_answers_are_counted_under_the_rules_they_were_given_under(client: Client) -> None:
    (row,) = client.query(QUERIES["Which answers were given under which rules?"]).named_results()
    assert (row["policy_hash"], row["answers"], row["labels"]) == ("00112233aabbccdd", 1, ["positive"])


def test_rows_from_before_the_columns_came_read_as_what_they_were(client: Client) -> None:
    own = client.database
    while revert(client, str(own)) != FIRST:
        pass
    described = {row[0] for row in client.query("DESCRIBE TABLE model_calls").result_rows}
    assert not {"cache", "policy_hash", "first_token_us"} & described
    migrate(client, str(own))
    asked = "SELECT DISTINCT cache, answer_gate, prompt_cut, policy_hash, first_token_us, priority FROM model_calls"
    assert client.query(asked).result_rows == [("off", "none", 0, "", None, "")]
    assert client.query("SELECT DISTINCT cache, answer, language FROM enrichment_results").result_rows == [
        ("off", None, None)
    ]
