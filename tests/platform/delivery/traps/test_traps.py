"""Where Faust's defaults lose records, and the same situation in Inland's worker, which loses none.

Every trap is played twice on the real broker. The plain half must lose: it shows that the situation is the dangerous
one, and fails when a release of Faust mends it. Each process is started again when it ends, as in a deployment; what
counts as lost is a record that the group has passed and that stands neither in the target nor in the dead letters.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.platform import Platform
from tests.platform.delivery.traps.situation import BATCH, FATAL, POISON, Trap, Way
from tests.platform.delivery.traps.stand import KILL, TERM, Stand, eventually, stand

Play = Callable[[Stand], None]


def _number(*numbers: int) -> list[bytes]:
    return [b'"record %d"' % number for number in numbers]


def _fails_once(at: Stand) -> None:
    """It fails on one record of a batch, and would not fail again."""
    at.write(*_number(*range(4)), FATAL, *_number(*range(5, BATCH)))
    at.start()


def _told_to_stop(at: Stand) -> None:
    """SIGTERM comes while it is at work on a record."""
    at.write(*_number(0, 1), FATAL)
    at.start()
    eventually("it is at work", lambda: at.situation.happened("failed"))
    at.signal(TERM)


def _killed_with_a_gap(at: Stand) -> None:
    """It is killed when a record is unfinished whose neighbours on both sides are finished."""
    at.write(*_number(0, 1, 2))
    at.start()
    at.passed()
    at.write(FATAL, *_number(4, 5, 6))
    eventually("the record is under way", lambda: at.situation.happened("failed"))
    try:
        at.passed(within_s=5.0)
    except AssertionError:
        assert at.way == "inland", "Faust has not committed past the gap"
    at.signal(KILL)


def _undecodable(at: Stand) -> None:
    """A record is no JSON."""
    at.write(*_number(0, 1), POISON, *_number(3))
    at.start()


# Trap, how it is played, and what plain Faust loses of it.
TRAPS: dict[Trap, tuple[Play, set[bytes]]] = {
    "raises": (_fails_once, {FATAL}),
    "take": (_fails_once, {FATAL, *_number(*range(4), *range(5, BATCH))}),
    "crashing": (_fails_once, {FATAL}),
    "sigterm": (_told_to_stop, {FATAL}),
    "gap": (_killed_with_a_gap, {FATAL}),
    "undecodable": (_undecodable, {POISON}),
}


@pytest.mark.parametrize("way", ["plain", "inland"])
@pytest.mark.parametrize("trap", TRAPS)
def test_what_plain_faust_loses_inland_keeps(platform: Platform, tmp_path: Path, trap: Trap, way: Way) -> None:
    play, loses = TRAPS[trap]
    with stand(platform, trap, way, tmp_path) as at:
        play(at)
        at.passed()
        at.write(b'"end"')
        assert any(status > 0 for status in at.ends) == (trap == "crashing"), f"exit statuses {at.ends}"
        eventually("the process goes on to the end", lambda: any(b"end" in value for value in at.outputs()))
        assert _plainly(at) == (loses if way == "plain" else set()), at.told()[-2000:]


def _plainly(at: Stand) -> set[bytes]:
    """What was lost; records that were decoded on their way count as they came."""
    decoded = {b'"%s"' % value for value in at.outputs()}
    return at.lost() - decoded
