"""Small books to compare: one note of one order, on its whole way."""

from pathlib import Path

from avro_schemas.codec import Codec
from tests.chaos.reconcile.changes import Change, Event
from tests.chaos.reconcile.compare import Books
from tests.chaos.reconcile.items import Item
from tests.chaos.reconcile.outputs import Outputs
from tests.chaos.reconcile.refusals import DeadLetters
from tests.chaos.reconcile.shop import ToldByShop
from tests.chaos.reconcile.sources import Sources
from tests.chaos.reconcile.store import TABLES, Landed

CODEC = Codec({"woo_delivery": 1, "commerce_event": 2, "basket": 3}, lambda _: "")
PLACE = "shop.cdc.changes[0]@5"
WRITTEN = 1_790_000_000
NOTE = Change("order_note", "31", "written", WRITTEN)
EVENT = Event("e1", "order_note_added", "order_note", "31", WRITTEN, "", "", "2026-11-24T05:47:05")


def books() -> Books:
    """A note that the shop committed, that was captured, redacted and written."""
    told = ToldByShop(Path("no-ledger"))
    told.rows["wp_comments", "31", ""] = Item("row", "wp_comments/31/")
    told.changes[NOTE] += 1
    told.facts["order_note"] += 1
    sources = Sources(CODEC)
    sources.rows.add(("wp_comments", "31", ""))
    outputs = Outputs(CODEC)
    outputs.seen["commerce_event"]["e1"] = Item("commerce_event", "e1", "commerce.events.eu[0]@2", "demo")
    return Books(told, sources, outputs, DeadLetters())


def landed(*events: Event, **rows: int) -> Landed:
    """Tables that hold events as often as `rows` says, e1 the note's, and nothing else; `events` besides."""
    tables = {table: rows if table == "commerce_events" else {} for table in TABLES}
    return Landed(tables, [*([EVENT] if rows.get("e1") else []), *events])
