"""Order notes and reviews: rows of wp_comments with their meta."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.local.shop import site
from infra.local.shop.changes import Change, Delete, Ids, Insert, SqlValue, Stamp, Table, Update
from infra.local.shop.model import Person
from infra.local.shop.planned import ReviewPlan


@dataclass(frozen=True, slots=True)
class Comment:
    """The rows of one comment, and its id for the ledger."""

    id: int
    changes: tuple[Change, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said, by whom, and the columns and meta that differ between notes and reviews."""

    author: str = field(repr=False)
    email: str = field(repr=False)
    content: str = field(repr=False)
    kind: str
    meta: Mapping[str, str]
    columns: Mapping[str, SqlValue] = field(default_factory=dict, repr=False)


def system_note(order_id: int, content: str, group: str, stamp: Stamp) -> list[Change]:
    """A note WooCommerce writes itself; `group` is product_stock, order_update or email_notification."""
    words = _Words(site.SYSTEM_NAME, site.SYSTEM_EMAIL, content, "order_note", {"note_group": group})
    return list(_comment(order_id, words, stamp).changes)


def staff_note(order_id: int, content: str, by_api: bool, to_customer: bool, stamp: Stamp) -> Comment:
    """A note by the shop's staff; one that comes through the API stands under WooCommerce's own name."""
    author, email = (site.SYSTEM_NAME, site.SYSTEM_EMAIL) if by_api else (site.ADMIN_NAME, site.ADMIN_EMAIL)
    meta = {"is_customer_note": "1"} if to_customer else {}
    return _comment(order_id, _Words(author, email, content, "order_note", meta), stamp)


def review(product_id: int, user_id: int, person: Person, planned: ReviewPlan, stamp: Stamp) -> Comment:
    """A product review with its stars (1..5); `user_id` is 0 for a guest."""
    meta = {"rating": str(planned.rating), "verified": "1"}
    columns: dict[str, SqlValue] = {
        "comment_author_IP": person.ip_address,
        "comment_agent": person.user_agent,
        "user_id": user_id,
    }
    words = _Words(person.full_name, person.email, planned.text.text, "review", meta, columns)
    return _comment(product_id, words, stamp)


def edited(comment_id: int, content: str) -> list[Change]:
    """Other words under the same date: WordPress keeps no date of an edit."""
    return [Update(Table.COMMENTS, {"comment_ID": comment_id}, {"comment_content": content})]


def judged(comment_id: int, approved: bool) -> list[Change]:
    """Approved, or held back for moderation."""
    return [Update(Table.COMMENTS, {"comment_ID": comment_id}, {"comment_approved": "1" if approved else "0"})]


def trashed(comment_id: int, approved: bool, stamp: Stamp) -> list[Change]:
    """Into the trash; what it was before is kept in meta."""
    meta = {"_wp_trash_meta_status": str(int(approved)), "_wp_trash_meta_time": str(int(stamp.now.timestamp()))}
    return [
        *(_meta(comment_id, key, value, stamp.ids) for key, value in meta.items()),
        Update(Table.COMMENTS, {"comment_ID": comment_id}, {"comment_approved": "trash"}),
    ]


def erased(comment_id: int) -> list[Change]:
    """Gone for good: meta first."""
    return [Delete(Table.COMMENT_META, {"comment_id": comment_id}), Delete(Table.COMMENTS, {"comment_ID": comment_id})]


def _comment(post_id: int, words: _Words, stamp: Stamp) -> Comment:
    comment_id = stamp.ids.take(Table.COMMENTS)
    row: dict[str, SqlValue] = {
        "comment_ID": comment_id,
        "comment_post_ID": post_id,
        "comment_author": words.author,
        "comment_author_email": words.email,
        "comment_author_url": "",
        "comment_author_IP": "",
        "comment_date": site.local(stamp.now),
        "comment_date_gmt": site.gmt(stamp.now),
        "comment_content": words.content,
        "comment_karma": 0,
        "comment_approved": "1",
        "comment_agent": "WooCommerce",
        "comment_type": words.kind,
        "comment_parent": 0,
        "user_id": 0,
        **words.columns,
    }
    metas = [_meta(comment_id, key, value, stamp.ids) for key, value in words.meta.items()]
    return Comment(comment_id, (Insert(Table.COMMENTS, row), *metas))


def _meta(comment_id: int, key: str, value: str, ids: Ids) -> Insert:
    number = ids.take(Table.COMMENT_META)
    return Insert(
        Table.COMMENT_META, {"meta_id": number, "comment_id": comment_id, "meta_key": key, "meta_value": value}
    )
