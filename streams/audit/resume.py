"""Where to read on. What has landed is known by its identity; an offset too many is a question, never a row.

Pure, because exactly-once stands and falls with it: tests/unit/audit/test_resume.py crashes it everywhere.
"""


class TopicShrunkError(Exception):
    """ClickHouse knows offsets that the topic does not have: it was made anew, and its offsets start over."""


def resume_offset(committed: int | None, entered: int | None) -> int:
    """The next offset to read.

    `committed`: the group's committed offset, i.e. the next one to read; None when it never committed, or too long ago.
    `entered`: last offset of the partition in the batch ledger; None when it knows nothing of the partition.

    A commit follows the ledger, and the ledger follows the insert into every table: nothing below either is owed to
    any of them. The commit goes first, because it can be set back by hand, to land again what was lost.
    """
    if committed is not None:
        return committed
    return 0 if entered is None else entered + 1


def check_end(resume: int, end: int) -> None:
    """TopicShrunkError when `resume` lies behind the topic's end offset."""
    if resume > end:
        raise TopicShrunkError(f"the topic ends at offset {end}, offset {resume} is the next to land")
