"""Prompts and answers live apart from the record of their call, and for a shorter time."""

import re

from infra.clickhouse.migrate import migrations
from streams.audit.tables import MODEL_CALL_BODIES, MODEL_CALLS
from topics.catalogue import catalogue
from topics.names import MODEL_CALLS as MODEL_CALLS_TOPIC
from topics.names import commerce_events

BODIES = {"prompt", "answer"}
_DAYS = {"DAY": 1, "MONTH": 30}


def _days(table: str) -> int:
    """How long ClickHouse keeps the rows of a table."""
    (create,) = (up for one in migrations() for up in one.up if f"EXISTS {table}\n" in up)
    found = re.search(r"TTL toDateTime\(started_at\) \+ INTERVAL (\d+) (DAY|MONTH)", create)
    assert found is not None
    return int(found[1]) * _DAYS[found[2]]


def test_the_record_of_a_call_holds_neither_prompt_nor_answer() -> None:
    assert BODIES.isdisjoint(MODEL_CALLS.column_names)
    assert set(MODEL_CALL_BODIES.column_names) > BODIES


def test_the_bodies_hold_nothing_by_which_a_subject_is_found() -> None:
    assert "subject" not in MODEL_CALL_BODIES.column_names


def test_bodies_are_deleted_while_the_record_of_the_call_stays() -> None:
    assert _days(MODEL_CALL_BODIES.name) * 4 < _days(MODEL_CALLS.name)


def test_in_kafka_a_prompt_lives_no_longer_than_the_event_whose_text_it_quotes() -> None:
    topics = catalogue()
    kept, quoted = (topics[name].spec.retention_days for name in (MODEL_CALLS_TOPIC, commerce_events("eu")))
    assert kept is not None
    assert quoted is not None
    assert kept <= quoted
