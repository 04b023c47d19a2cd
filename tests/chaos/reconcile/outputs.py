"""The books of the topics behind redaction: which identities they hold, and what follows from each record."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import Basket, CommerceEvent
from avro_schemas.schemas import SchemaName
from streams.delivery.message import Message
from streams.enrich.tasks import TASKS
from streams.recommend import counting
from streams.sources.identity import derive
from tests.chaos.reconcile.items import Item
from topics.catalogue import catalogue
from topics.names import RECOMMEND_BASKETS

KEYS: Mapping[SchemaName, Callable[[Any], str]] = {
    "commerce_event": lambda record: str(record["event_id"]),
    "enrichment_result": lambda record: str(record["result_id"]),
    "model_call": lambda record: str(record["call_id"]),
    "privacy_finding": lambda record: str(record["finding_id"]),
    "policy_violation": lambda record: str(record["violation_id"]),
    "privacy_request": lambda record: str(record["request_id"]),
    "privacy_reveal": lambda record: str(record["reveal_id"]),
    "recommendation_update": lambda record: revision_key(record, record["revision"]),
    "basket": lambda record: f"{product_key(record)}/{record['event_id']}",
}
READERS: Mapping[SchemaName, tuple[str, ...]] = {
    "commerce_event": ("baskets", "enrich-{region}", "enrich-batch-{region}", "sink"),
    "basket": ("recommend",),
}
"""Who reads a topic and must refuse what is unreadable in it; the sink alone where none is named."""


def product_key(record: Mapping[str, Any]) -> str:
    """Identity of a product's list of recommendations."""
    return f"{record['region']}/{record['shop_id']}/{record['product_id']}"


def revision_key(record: Mapping[str, Any], revision: int) -> str:
    """Identity of one revision of it."""
    return f"{product_key(record)}/{revision}"


@dataclass(slots=True)
class Question:
    """A text that a task reads: one answer is owed, under any of these result ids."""

    item: Item
    result_ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Outputs:
    """Filled record by record, each topic in the order of its offsets."""

    codec: Codec
    seen: dict[SchemaName, dict[str, Item]] = field(default_factory=lambda: {name: {} for name in KEYS})
    """Schema -> identity -> where it was seen first."""
    repeated: Counter[str] = field(default_factory=Counter)
    """Schema -> records beyond the first of their identity."""
    elsewhere: dict[str, Item] = field(default_factory=dict)
    """Events that stand in the topics of two regions."""
    refused: dict[str, set[str]] = field(default_factory=dict)
    """Place of an unreadable record -> stages that must refuse it."""
    questions: dict[str, Question] = field(default_factory=dict)
    baskets: dict[str, Item] = field(default_factory=dict)
    """Baskets that the events call for."""
    calls: dict[str, Item] = field(default_factory=dict)
    """Model calls that the answers name."""
    pseudonymised: dict[str, Item] = field(default_factory=dict)
    """Events that carry a pseudonym: their first finding says so."""
    ordinals: dict[str, set[int]] = field(default_factory=dict)
    """Event id -> numbers of its findings, which count from 0 without a gap."""
    updates: dict[str, Item] = field(default_factory=dict)
    """Revisions that counting the baskets, in the order of the topic, gives."""
    _counts: dict[str, counting.Counts] = field(default_factory=dict)

    def take(self, message: Message) -> None:
        """Enter one record."""
        topic = catalogue()[message.topic]
        name = topic.spec.value.record
        if name is None:
            raise ValueError(f"{message.topic} holds no Avro records")
        try:
            record = self.codec.decode(name, message.value)
        except WireError:
            stages = READERS.get(name, ("sink",))
            self.refused[message.place] = {stage.format(region=topic.region) for stage in stages}
            return
        self._enter(name, record, message.place)
        match name:
            case "commerce_event":
                self._event(record, message.place)
            case "enrichment_result" if record["call_id"]:
                about = (record["shop_id"], record["entity"], str(record["entity_id"]), record["task"])
                self.calls.setdefault(record["call_id"], Item("model call", record["call_id"], message.place, *about))
            case "privacy_finding":
                self.ordinals.setdefault(record["event_id"], set()).add(record["ordinal"])
            case "basket":
                self._basket(record, message.place)

    def _enter(self, name: SchemaName, record: Mapping[str, Any], place: str) -> None:
        key = KEYS[name](record)
        if (first := self.seen[name].get(key)) is not None:
            self.repeated[name] += 1
            if name == "commerce_event" and _topic(first.place) != _topic(place):
                self.elsewhere[key] = Item("event in two regions", key, f"{first.place} and {place}")
            return
        about = (record["shop_id"], str(record.get("entity", "")), str(record.get("entity_id", "")))
        self.seen[name][key] = Item(name, key, place, *about, str(record.get("version", "")))

    def _event(self, event: CommerceEvent, place: str) -> None:
        about = (event["shop_id"], event["entity"], str(event["entity_id"]))
        if event["subject"] is not None:
            self.pseudonymised.setdefault(event["event_id"], Item("findings", event["event_id"], place, *about))
        for task in TASKS:
            if (source := task.source_of(event)) is None:
                continue
            # An order is told with each change of status; its note is read once, whichever event brought it.
            apart = source.text if task.read_once and event["entity"] == "order" else event["event_id"]
            key = derive(*about, task.name, apart)
            asked = self.questions.setdefault(key, Question(Item("answer", key, place, *about, task.name)))
            asked.result_ids.add(derive(event["event_id"], task.name, task.version))
        for basket in counting.baskets(event):
            key = KEYS["basket"](basket)
            self.baskets.setdefault(key, Item("basket", key, place, *about))

    def _basket(self, basket: Basket, place: str) -> None:
        key = product_key(basket)
        before = self._counts.get(key)
        after = counting.count(before, basket)
        if after is None:
            return
        self._counts[key] = after
        if after["revision"] != (before["revision"] if before else 0):
            revision = revision_key(basket, after["revision"])
            self.updates[revision] = Item("recommendation update", revision, place)


def output_topics() -> list[str]:
    """Every topic that this book reads."""
    found = [name for name, topic in catalogue().items() if "sink" in topic.spec.consumers]
    return [*found, RECOMMEND_BASKETS]


def _topic(place: str) -> str:
    return place.partition("[")[0]
