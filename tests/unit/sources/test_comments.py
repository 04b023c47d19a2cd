"""Notes on orders are told once; a review is told when it appears, changes, and goes."""

from typing import Any

import pytest

from avro_schemas.records import CapturedEvent
from streams.sources import comments
from tests.unit.sources.changes import change, lineage

ROW = {
    "comment_ID": 5, "comment_post_ID": 12, "comment_author": "Ilse", "comment_author_email": "ilse@post.example",
    "comment_author_IP": "192.0.2.7", "comment_date_gmt": 1795400421000, "comment_content": "Mooi", "user_id": 0,
    "comment_approved": "1", "comment_agent": "Firefox", "comment_type": "review",
}  # fmt: skip


def _told(op: str, before: dict[str, Any], after: dict[str, Any], position: int = 1) -> CapturedEvent | None:
    row = change("comments", op, after and {**ROW, **after}, before and {**ROW, **before}, position=position)
    return comments.captured(row, lineage(row))


SHOWN, PENDING, SPAM, TRASH = ({"comment_approved": value} for value in ("1", "0", "spam", "trash"))


@pytest.mark.parametrize(
    ("op", "before", "after", "kind"),
    [
        ("c", {}, SHOWN, "review_posted"),
        ("r", {}, SHOWN, "review_posted"),
        ("c", {}, PENDING, "review_posted"),
        ("c", {}, SPAM, None),
        ("u", SHOWN, SHOWN | {"comment_content": "Lelijk"}, "review_edited"),
        ("u", PENDING, SHOWN, "review_edited"),
        ("u", SHOWN, SHOWN | {"comment_karma": 4}, None),
        ("u", SHOWN, TRASH, "review_deleted"),
        ("u", SHOWN, SPAM, "review_deleted"),
        ("u", SPAM, TRASH, None),
        ("u", TRASH, SHOWN, "review_posted"),
        ("d", SHOWN, {}, "review_deleted"),
        ("d", TRASH, {}, None),
    ],
)
def test_a_review_is_told_when_it_appears_changes_and_goes(
    op: str, before: dict[str, Any], after: dict[str, Any], kind: str | None
) -> None:
    event = _told(op, before, after)
    assert (event and event["event_type"]) == kind


def test_each_edit_of_a_review_is_a_change_of_its_own_and_repeats_are_not() -> None:
    edits = [_told("u", SHOWN, {"comment_content": "Lelijk"}, position) for position in (1, 2, 2)]
    ids = [event["event_id"] for event in edits if event]
    assert ids[0] != ids[1] == ids[2]


def test_a_deleted_review_leaves_its_text_behind() -> None:
    event = _told("d", SHOWN, {})
    assert event
    assert (event["review"], event["subject"]) == (None, "kantoor|email|ilse@post.example")


def test_a_note_is_told_once_and_never_again() -> None:
    note = {"comment_type": "order_note", "comment_author": "WooCommerce"}
    first, second = _told("c", {}, note), _told("r", {}, note, 9)
    assert first
    assert second
    assert first["event_id"] == second["event_id"]
    assert first["note"] and first["note"]["by_system"]  # noqa: PT018
    assert _told("u", note, note | {"comment_content": "x"}) is None
    assert _told("d", note, {}) is None


def test_an_imported_review_without_a_date_is_as_old_as_its_row() -> None:
    event = _told("c", {}, {"comment_date_gmt": 0})
    assert event
    assert event["occurred_at"].year == 2026
