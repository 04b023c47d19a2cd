"""A data subject's request in a note, as the record for compliance. Pure.

The rule and the model look apart, and each leaves its own record: a request that only one of them sees is raised.
"""

import calendar
from collections.abc import Iterator
from datetime import datetime

from avro_schemas.records import FoundBy, PrivacyRequest, RequestKind
from streams.enrich.asking.question import Question
from streams.enrich.tasks import rights
from streams.sources.identity import derive

_ARTICLES: dict[RequestKind, int] = {kind: article for article, kind in rights.ARTICLES.items()}


def by_rule(question: Question, at: datetime) -> Iterator[PrivacyRequest]:
    """What the words of the note ask for, one record a right."""
    for found in rights.requests_in(question.source.text):
        yield _request(question, found.kind, "rule", at, rule=found.rule)


def by_model(question: Question, call_id: str, at: datetime) -> PrivacyRequest:
    """What the model took for a request; it does not say for which."""
    return _request(question, "unspecified", "model", at, call_id=call_id)


def due(captured_at: datetime) -> datetime:
    """One month later, on the same day or the month's last: GDPR 12(3), counted as Regulation 1182/71 does."""
    year, month = divmod(captured_at.year * 12 + captured_at.month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return captured_at.replace(year=year, month=month + 1, day=min(captured_at.day, last))


def _request(  # noqa: PLR0913  # one argument a field that differs
    question: Question,
    kind: RequestKind,
    found_by: FoundBy,
    at: datetime,
    *,
    rule: str | None = None,
    call_id: str | None = None,
) -> PrivacyRequest:
    event, message, note = question.event, question.message, question.event["note"]
    about = (event["shop_id"], event["entity"], event["entity_id"])
    return PrivacyRequest(
        request_id=derive(*about, question.source.text, kind, found_by),
        event_id=event["event_id"],
        shop_id=event["shop_id"],
        region=event["region"],
        subject=event["subject"],
        entity=event["entity"],
        entity_id=event["entity_id"],
        order_id=note["order_id"] if note else event["entity_id"] if event["order"] else None,
        kind=kind,
        article=_ARTICLES.get(kind),
        found_by=found_by,
        rule=rule,
        task_version=question.task.version,
        call_id=call_id,
        source_topic=message.topic,
        source_partition=message.partition,
        source_offset=message.offset,
        captured_at=event["captured_at"],
        due_at=due(event["captured_at"]),
        raised_at=at,
    )
