"""Where to read on. What has landed is the truth; Kafka's committed offset only tells what nobody needs to ask for.

Pure, because exactly-once stands and falls with it: tests/unit/audit/test_resume.py crashes it everywhere.
"""

from collections.abc import Iterable


class TopicShrunkError(Exception):
    """ClickHouse holds offsets that the topic does not have: it was made anew, and its offsets start over."""


def resume_offset(committed: int | None, landed: Iterable[int | None]) -> int:
    """The next offset to read.

    `committed`: the group's committed offset, i.e. the next one to read; None when it never committed.
    `landed`: highest offset in each target table of the topic; None where it holds none.

    A commit follows the insert into every table, so that nothing below `committed` is owed to any of them. Above it,
    the table that is furthest behind decides; the others filter what they hold (Rows.after).
    """
    behind = min((-1 if offset is None else offset for offset in landed), default=-1)
    return max(committed or 0, behind + 1)


def check_end(resume: int, end: int) -> None:
    """TopicShrunkError when `resume` lies behind the topic's end offset."""
    if resume > end:
        raise TopicShrunkError(f"the topic ends at offset {end}, offset {resume} is the next to land")
