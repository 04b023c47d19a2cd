"""The zones' rulebook, as pure functions: a topic that breaks it is refused before any broker sees it."""

from collections.abc import Iterable, Iterator
from typing import Any

from avro_schemas.schemas import schema
from topics.model import Topic, Zone

RESTRICTED_MAX_DAYS = 7
# What is compacted never expires. In the restricted zone only the vault may, whose values are encrypted by subject.
MAY_COMPACT_RESTRICTED = frozenset({"privacy.vault"})
# Who may touch personal data as it came.
RESTRICTED_READERS = frozenset({"redact", "replay", "debezium", "operator"})


def violations(topics: Iterable[Topic]) -> list[str]:
    """Every broken rule, each as a sentence naming the topic, the rule and the remedy."""
    return [text for topic in topics for text in (*_retention(topic), *_readers(topic), *_schema(topic))]


def _retention(topic: Topic) -> Iterator[str]:
    if topic.zone is not Zone.RESTRICTED:
        return
    days = topic.spec.retention_days
    if days is not None and days > RESTRICTED_MAX_DAYS:
        yield f"{topic.name}: restricted topics keep {RESTRICTED_MAX_DAYS} days at most: lower retention_days ({days})"
    if days is None and topic.name not in MAY_COMPACT_RESTRICTED:
        yield f"{topic.name}: only {sorted(MAY_COMPACT_RESTRICTED)} may be compacted forever: use `compact,delete`"


def _readers(topic: Topic) -> Iterator[str]:
    if topic.zone is Zone.RESTRICTED:
        for reader in sorted(set(topic.spec.consumers) - RESTRICTED_READERS):
            yield f"{topic.name}: {reader} may not read the restricted zone: subscribe to commerce.events instead"


def _schema(topic: Topic) -> Iterator[str]:
    name = topic.spec.value.record
    if name is None:
        return
    source = schema(name).source
    if source["zone"] != topic.zone:
        yield f"{topic.name}: schema {name} is for the {source['zone']} zone, the topic is {topic.zone}"
    if topic.zone is not Zone.RESTRICTED:
        for path in unredacted(source):
            yield f"{topic.name}: field {path} of {name} holds personal data as it came: redact it or drop the field"


def unredacted(node: Any, path: str = "") -> Iterator[str]:
    """Paths of fields that hold, or may hold, personal data as it came.

    A string without a `pii` annotation may: fail closed.
    """
    if isinstance(node, list):
        for member in node:
            yield from unredacted(member, path)
    elif isinstance(node, dict) and node.get("type") == "record":
        for field in node["fields"]:
            here = f"{path}.{field['name']}".lstrip(".")
            pii = field.get("pii", "free_text" if "string" in str(field["type"]) else "none")
            if pii != "none" and "redacted" not in field:
                yield here
            yield from unredacted(field["type"], here)
    elif isinstance(node, dict) and node.get("type") == "array":
        yield from unredacted(node["items"], path)
