"""Small books to compare: one note of one order, on its whole way."""

from pathlib import Path

from avro_schemas.codec import Codec
from tests.chaos.reconcile.compare import Books
from tests.chaos.reconcile.items import Item
from tests.chaos.reconcile.outputs import Outputs
from tests.chaos.reconcile.refusals import DeadLetters
from tests.chaos.reconcile.shop import ToldByShop
from tests.chaos.reconcile.sources import Sources
from tests.chaos.reconcile.store import TABLES

CODEC = Codec({"woo_delivery": 1, "commerce_event": 2, "basket": 3}, lambda _: "")
PLACE = "shop.cdc.changes[0]@5"
NOTE = Item("event", "e1", PLACE, "demo", "order_note", "31", "2026-11-24T05:47:05")


def books() -> Books:
    """A note that the shop committed, that was captured, redacted and written."""
    told = ToldByShop(Path("no-ledger"))
    told.rows["wp_comments", "31", ""] = Item("row", "wp_comments/31/")
    sources = Sources(CODEC)
    sources.rows.add(("wp_comments", "31", ""))
    sources.events["e1"] = NOTE
    sources.told_at["e1"] = [PLACE]
    outputs = Outputs(CODEC)
    outputs.seen["commerce_event"]["e1"] = Item("commerce_event", "e1", "commerce.events.eu[0]@2", "demo")
    return Books(told, sources, outputs, DeadLetters())


def landed(**rows: int) -> dict[str, dict[str, int]]:
    """Tables that hold the note's event as often as `rows` says, and nothing else."""
    return {table: rows if table == "commerce_events" else {} for table in TABLES}
