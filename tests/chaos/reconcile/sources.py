"""The books of the two source topics: which deliveries and rows they hold, and which of their records nobody can read.

What events the records give is not computed here: entities are put together from many records, and what must come of
them is what the shop's ledger says.
"""

from collections import Counter
from dataclasses import dataclass, field

from avro_schemas.codec import Codec
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.redact.deliveries import capture
from streams.sources import debezium
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES

STAGE = "redact"
TOPICS = (WOO_DELIVERIES, SHOP_CDC_CHANGES)


@dataclass(slots=True)
class Sources:
    """Filled record by record."""

    codec: Codec
    deliveries: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(webhook topic, SHA-256 of the body) -> records."""
    rows: set[tuple[str, str, str]] = field(default_factory=set)
    """(table, id, status): orders with the status of the row after the change, comments with an empty one."""
    refused: dict[str, str] = field(default_factory=dict)
    """Place of a record that nobody can read -> the stage that must refuse it."""

    def take(self, message: Message) -> None:
        """Enter one record of either topic."""
        try:
            if message.topic == WOO_DELIVERIES:
                self._delivery(message)
            else:
                self._row(message)
        except RefusedError:
            self.refused[message.place] = STAGE

    def _delivery(self, message: Message) -> None:
        capture(message, self.codec)
        delivery = self.codec.decode("woo_delivery", message.value)
        self.deliveries[delivery["topic"], delivery["body_sha256"]] += 1

    def _row(self, message: Message) -> None:
        change = debezium.parse(message, self.codec)
        if change is None:
            return
        if change.table == "comments":
            self.rows.add(("wp_comments", str(change.row.get("comment_ID")), ""))
        elif change.table == "wc_orders":
            self.rows.add(("wp_wc_orders", str(change.row.get("id")), str(change.row.get("status"))))
