"""A table after a restart: plain Faust may count from nothing and say nothing; Inland goes on, or stops and says where.

Found beside it on Faust 0.15.3: with `value_type=dict`, or with an undecodable record at the very end of a changelog,
recovery never ends. That is a stall, not a loss, and not tested here.
"""

from pathlib import Path

import pytest

from infra.local.platform import Platform
from tests.platform.delivery.traps.situation import Way
from tests.platform.delivery.traps.stand import KILL, Stand, eventually, stand

A, B = b"a", b"b"


def _counted(at: Stand, *keys: bytes) -> None:
    """One record of each key, counted in the table and its changelog; the process has ended."""
    _write(at, *keys)
    at.start()
    at.passed()
    at.stop()


def _write(at: Stand, *keys: bytes) -> None:
    for key in keys:
        at.write(b"1", key=key)


def _next_counts(at: Stand) -> set[bytes]:
    """What it counts to first, for one more record of each key: a repetition after a restart may count on."""
    before = len(at.outputs())
    _write(at, A, B)
    at.start()
    at.passed()
    first: dict[bytes, bytes] = {}
    for output in at.outputs()[before:]:
        first.setdefault(output[:1], output)
    return set(first.values())


def _corrupt(at: Stand) -> int:
    """An undecodable state of `a` comes into the changelog, behind it `b` as it was; the bad one's offset."""
    last = at.changelog()[-1]
    assert last.key is not None
    assert last.value is not None
    at.write(b"\xff{", key=last.key.replace(B, A), topic=at.situation.changelog)
    at.write(last.value, key=last.key, topic=at.situation.changelog)
    return last.offset + 1


@pytest.mark.parametrize("way", ["plain", "inland"])
def test_a_table_goes_on_where_it_was(platform: Platform, tmp_path: Path, way: Way) -> None:
    with stand(platform, "changelog", way, tmp_path) as at:
        _counted(at, A, B, B)
        assert _next_counts(at) == {b"a 2", b"b 3"}, at.told()[-2000:]


def test_plain_faust_counts_from_nothing_where_its_changelog_cannot_be_decoded(
    platform: Platform, tmp_path: Path
) -> None:
    with stand(platform, "changelog", "plain", tmp_path) as at:
        _counted(at, B, B)
        _corrupt(at)
        assert _next_counts(at) == {b"a 1", b"b 3"}, at.told()[-2000:]


def test_inland_stops_where_its_changelog_cannot_be_decoded_and_names_the_place(
    platform: Platform, tmp_path: Path
) -> None:
    with stand(platform, "changelog", "inland", tmp_path) as at:
        _counted(at, B, B)
        offset = _corrupt(at)
        before = at.outputs()
        _write(at, A, B)
        at.start()
        eventually("it stops", lambda: len(at.ends) > 0)
        assert at.ends[0] > 0
        assert f"{at.situation.changelog}[0]@{offset}" in at.told()
        assert at.outputs() == before, "it counted on"


def test_a_killed_worker_of_inland_goes_on_where_it_was(platform: Platform, tmp_path: Path) -> None:
    with stand(platform, "changelog", "inland", tmp_path) as at:
        _write(at, A, A)
        at.start()
        at.passed()
        at.signal(KILL)
        _write(at, A)
        eventually("it counts on", lambda: len(at.outputs()) > 2)
        assert at.outputs()[2] == b"a 3", at.told()[-2000:]
