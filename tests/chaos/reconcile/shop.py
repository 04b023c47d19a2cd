"""The oracle: the shop's own ledger, and the rows of its database."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.shop.database import DatabaseSettings
from tests.chaos.reconcile.changes import Change, changes_of
from tests.chaos.reconcile.items import Item
from tests.chaos.reconcile.states import States, read_states


@dataclass(slots=True)
class ToldByShop:
    """What the ledger says; filled as it grows."""

    path: Path
    acknowledged: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(webhook topic, SHA-256 of the body) -> deliveries that the gateway acknowledged."""
    unacknowledged: int = 0
    """Deliveries that were refused or got no answer: what they told must come by the rows."""
    changes: Counter[Change] = field(default_factory=Counter)
    """What the business changes that are committed call for -> how often."""
    facts: Counter[str] = field(default_factory=Counter)
    """Entity -> business changes."""
    rows: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    """(table, id, status), as in `Sources.rows`."""
    last_status: dict[str, str] = field(default_factory=dict)
    """Order id -> newest status committed, while the order is there."""
    comments: dict[str, str] = field(default_factory=dict)
    """Id of a note or review that is there -> the order or product that it is about."""
    _read: int = 0

    def read_on(self) -> None:
        """Take in the lines written since; a line that is being written is left for the next time."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                self._take(json.loads(line))

    def _take(self, fact: dict[str, object]) -> None:
        match fact:
            case {"kind": "webhook", "topic": topic, "outcome": outcome} if topic != "ping":
                if outcome == "acknowledged":
                    self.acknowledged[str(topic), str(fact["body_sha256"])] += 1
                else:
                    self.unacknowledged += 1
            case {"kind": "change"}:
                self.changes.update(changes_of(fact))
                self.facts[str(fact["entity"])] += 1
            case {"kind": "row", "table": "wp_wc_orders", "what": "update", "detail": str(status)}:
                self._row("wp_wc_orders", str(fact["id"]), status)
                self.last_status[str(fact["id"])] = status
            case {"kind": "row", "table": "wp_wc_orders", "what": "delete"}:
                self.last_status.pop(str(fact["id"]), None)
            case {"kind": "row", "table": "wp_comments", "what": "insert", "detail": "order_note" | "review"}:
                self._row("wp_comments", str(fact["id"]), "")
                self.comments[str(fact["id"])] = str(fact["about"])
            case {"kind": "row", "table": "wp_comments", "what": "delete", "id": 0}:
                # Those of an order that is deleted, all at once.
                kept = {number: about for number, about in self.comments.items() if about != str(fact["about"])}
                self.comments = kept
            case {"kind": "row", "table": "wp_comments", "what": "delete"}:
                self.comments.pop(str(fact["id"]), None)

    def _row(self, table: str, number: str, status: str) -> None:
        key = (table, number, status)
        self.rows.setdefault(key, Item("row", "/".join(key), "the shop's ledger", "demo", table, number, status))


@dataclass(frozen=True, slots=True)
class StoredByShop:
    """What the database holds at the end."""

    statuses: dict[str, str]
    comments: frozenset[str]
    states: States = field(default_factory=dict)

    @property
    def rows(self) -> dict[tuple[str, str, str], Item]:
        """Rows whose change must stand in the topic of row changes."""
        keys = [("wp_wc_orders", number, status) for number, status in self.statuses.items()]
        keys += [("wp_comments", number, "") for number in self.comments]
        return {key: Item("row", "/".join(key), "the shop's database", "demo", key[0], key[1], key[2]) for key in keys}


def read_database(settings: DatabaseSettings) -> StoredByShop:
    """Final states, and the ids of notes and reviews. Raises ShopDatabaseError."""
    with settings.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM wp_wc_orders WHERE type = 'shop_order'")
        statuses = {str(number): str(status) for number, status in cursor.fetchall()}
        cursor.execute("SELECT comment_ID FROM wp_comments WHERE comment_type IN ('order_note', 'review')")
        comments = frozenset(str(number) for (number,) in cursor.fetchall())
    return StoredByShop(statuses, comments, read_states(settings))
