"""A span for every batch that lands in ClickHouse, linked to the spans that its records were written under.

A row names the record it came from (`_topic`, `_partition`, `_offset`), and so does the span, from first to last.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanContext, SpanKind, Tracer

from streams.delivery.message import Message
from streams.tracing.context import fail, span_of, tracer

MAX_LINKS: Final = 1024
"""Links of one span; a batch of more records is linked to the first so many, and says how many it had."""


def landing(messages: Sequence[Message]) -> AbstractContextManager[None]:
    """A span around the landing of a batch, of one partition and at least one record; nothing while tracing is off."""
    used = tracer()
    return nullcontext() if used is None else _span(used, messages)


@contextmanager
def _span(used: Tracer, messages: Sequence[Message]) -> Iterator[None]:
    first, found = messages[0], _spans(messages)
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": first.topic,
        "messaging.destination.partition.id": str(first.partition),
        "messaging.batch.message_count": len(messages),
        "db.system.name": "clickhouse",
        "inland.first_offset": first.offset,
        "inland.last_offset": messages[-1].offset,
        "inland.traced_messages": len(found),
    }
    with used.start_as_current_span(
        f"land {first.topic}",
        context=Context(),
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        links=[Link(one) for one in found[:MAX_LINKS]],
        record_exception=False,
        set_status_on_exception=False,
    ):
        try:
            yield
        except BaseException as error:
            fail(error)
            raise


def _spans(messages: Sequence[Message]) -> list[SpanContext]:
    """Each span once: several records are written under the same."""
    found = (span_of(message.headers) for message in messages)
    return list({one.span_id: one for one in found if one is not None}.values())
