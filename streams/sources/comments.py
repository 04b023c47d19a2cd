"""Rows of WordPress' comments table: notes on orders, and reviews of products. Pure.

No webhook tells of either. Source: WordPress, wp_comments; WooCommerce, comment types `order_note` and `review`.
"""

from datetime import datetime

from avro_schemas.records import CapturedEvent, CapturedNote, CapturedReview, EventType
from streams.sources.debezium import Change
from streams.sources.fields import Json, identifier, moment_ms, reference, text
from streams.sources.identity import subject
from streams.sources.lineage import Lineage

# Values of comment_approved that take a review out of the shop. "0" waits for approval, and is told as not approved.
HIDDEN = frozenset({"trash", "spam", "post-trashed"})
_READ = ("comment_content", "comment_approved")


def captured(change: Change, lineage: Lineage) -> CapturedEvent | None:
    """The business change that a row of the comments table tells; None when it tells none."""
    match text(change.row, "comment_type"):
        case "order_note" if change.op in ("c", "r"):
            return _note(change, lineage)
        case "review":
            return _review(change, lineage)
        case _:
            return None


def _note(change: Change, lineage: Lineage) -> CapturedEvent:
    row = change.row
    version, written = _written(change)
    event = lineage.event("order_note_added", "order_note", identifier(row, "comment_ID"), version, written)
    event["note"] = CapturedNote(
        order_id=identifier(row, "comment_post_ID"),
        author=text(row, "comment_author"),
        author_email=text(row, "comment_author_email"),
        by_system=text(row, "comment_author") == "WooCommerce" and reference(row, "user_id") == 0,
        content=text(row, "comment_content"),
    )
    return event


def _review(change: Change, lineage: Lineage) -> CapturedEvent | None:
    version, written = _written(change)
    kind = _kind(change)
    if kind is None:
        return None
    if change.op in ("u", "d"):
        # A change carries no date of its own: its place in the binlog tells it from the others.
        version, written = f"{version}/{change.position}", change.changed_at
    row = change.row
    event = lineage.event(
        kind,
        "review",
        identifier(row, "comment_ID"),
        version,
        written,
        subject=subject(lineage.shop_id, text(row, "comment_author_email"), reference(row, "user_id")),
    )
    event["review"] = None if kind == "review_deleted" else _content(row)
    return event


def _kind(change: Change) -> EventType | None:
    was_shown, is_shown = _shown(change.before), _shown(change.after)
    match was_shown, is_shown:
        case (True, True):
            changed = any(change.before.get(name) != change.after.get(name) for name in _READ)
            return "review_edited" if changed else None
        case (False, True):
            return "review_posted"
        case (True, False):
            return "review_deleted"
        case _:
            return None


def _shown(row: Json) -> bool:
    return bool(row) and text(row, "comment_approved") not in HIDDEN


def _content(row: Json) -> CapturedReview:
    return CapturedReview(
        product_id=identifier(row, "comment_post_ID"),
        approved=text(row, "comment_approved") == "1",
        author=text(row, "comment_author"),
        author_email=text(row, "comment_author_email"),
        author_ip=text(row, "comment_author_IP"),
        user_agent=text(row, "comment_agent"),
        content=text(row, "comment_content"),
    )


def _written(change: Change) -> tuple[str, datetime]:
    """What tells a comment from an earlier one of the same id, and its business time.

    An imported comment may have no date (`0000-00-00`, the epoch after conversion): then it is as old as its row.
    """
    written = moment_ms(change.row, "comment_date_gmt")
    return f"{written:%Y-%m-%dT%H:%M:%S}", written if written.timestamp() > 0 else change.changed_at
