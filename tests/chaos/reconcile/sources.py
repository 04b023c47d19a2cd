"""The books of the two source topics: what each record must give, by the project's own pure mapping."""

from collections import Counter
from dataclasses import dataclass, field

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.redact.deliveries import capture
from streams.sources import debezium, rows
from streams.sources.lineage import Lineage
from tests.chaos.reconcile.items import Item
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES

STAGES = {WOO_DELIVERIES: "redact-deliveries", SHOP_CDC_CHANGES: "redact-changes"}


@dataclass(slots=True)
class Sources:
    """Filled record by record."""

    codec: Codec
    deliveries: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(webhook topic, SHA-256 of the body) -> records."""
    rows: set[tuple[str, str, str]] = field(default_factory=set)
    """(table, id, status): orders with the status of the row after the change, comments with an empty one."""
    events: dict[str, Item] = field(default_factory=dict)
    """Event id -> what the first record that tells it says."""
    told_at: dict[str, list[str]] = field(default_factory=dict)
    """Event id -> places of all records that tell it."""
    refused: dict[str, str] = field(default_factory=dict)
    """Place of a record that the mapping refuses -> the stage that must refuse it."""
    repeated: int = 0
    """Records that tell what another record has told."""

    def take(self, message: Message) -> None:
        """Enter one record of either topic."""
        try:
            event = self._delivery(message) if message.topic == WOO_DELIVERIES else self._row(message)
        except RefusedError:
            self.refused[message.place] = STAGES[message.topic]
            return
        if event is None:
            return
        event_id = event["event_id"]
        self.told_at.setdefault(event_id, []).append(message.place)
        self.repeated += event_id in self.events
        self.events.setdefault(event_id, _item(event, message.place))

    def _delivery(self, message: Message) -> CapturedEvent | None:
        event = capture(message, self.codec)
        delivery = self.codec.decode("woo_delivery", message.value)
        self.deliveries[delivery["topic"], delivery["body_sha256"]] += 1
        return event

    def _row(self, message: Message) -> CapturedEvent | None:
        change = debezium.parse(message, self.codec)
        if change is None:
            return None
        if change.table == "comments":
            self.rows.add(("wp_comments", str(change.row.get("comment_ID")), ""))
        elif change.table == "wc_orders":
            self.rows.add(("wp_wc_orders", str(change.row.get("id")), str(change.row.get("status"))))
        return rows.captured(change, Lineage.of(message, change.shop_id, "cdc", change.changed_at))


def _item(event: CapturedEvent, place: str) -> Item:
    about = (event["shop_id"], event["entity"], str(event["entity_id"]), event["version"])
    return Item("event", event["event_id"], place, *about)
