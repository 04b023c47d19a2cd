"""A table that is not what it was: plain Faust counts from nothing, Inland keeps it, or stops and says where."""

from pathlib import Path

import pytest

from infra.local.platform import Platform
from tests.platform.delivery.situation import Way
from tests.platform.delivery.stand import KILL, eventually, stand

KEY = b'"a"'


@pytest.mark.parametrize(("way", "goes_on_with"), [("plain", b"1"), ("inland", b"4")])
def test_a_typed_table_is_empty_after_a_restart_of_plain_faust_and_goes_on_in_inland(
    platform: Platform, tmp_path: Path, way: Way, goes_on_with: bytes
) -> None:
    with stand(platform, "table", way, tmp_path) as at:
        at.write(b"1", b"1", b"1", key=KEY)
        at.start()
        at.passed()
        assert at.outputs() == [b"1", b"2", b"3"]
        at.signal(KILL)
        at.write(b"1", key=KEY)
        eventually("it counts on", lambda: len(at.outputs()) == 4)
        assert at.outputs()[-1] == goes_on_with, at.told()[-2000:]


def test_plain_faust_counts_from_nothing_when_its_changelog_cannot_be_decoded(
    platform: Platform, tmp_path: Path
) -> None:
    with stand(platform, "changelog", "plain", tmp_path) as at:
        at.write(b"\xff3", key=KEY, topic=at.situation.changelog)
        at.write(b"1", key=KEY)
        at.start()
        at.passed()
        assert at.outputs() == [b"1"]


def test_inland_stops_when_a_changelog_cannot_be_decoded_and_names_the_place(
    platform: Platform, tmp_path: Path
) -> None:
    with stand(platform, "changelog", "inland", tmp_path) as at:
        at.write(b"\xff3", key=KEY, topic=at.situation.changelog)
        at.write(b"1", key=KEY)
        at.start()
        eventually("it stops", lambda: len(at.ends) > 0)
        assert at.ends[0] > 0
        assert f"{at.situation.changelog}[0]@0" in at.told()
        assert at.outputs() == []
