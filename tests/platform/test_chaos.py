"""The short form of the chaos suite: under load, three parts are killed and a few records poisoned; nothing is lost."""

from pathlib import Path

import pytest
from rich.console import Console

from tests.chaos.faults.fault import Fault
from tests.chaos.faults.processes import Kill
from tests.chaos.faults.records import NO_FRAME, UNKNOWN_SCHEMA, PoisonMessages
from tests.chaos.report import show
from tests.chaos.run import Plan, chaos
from topics.names import commerce_events

SEED = 20_26


@pytest.mark.timeout(600)  # every wait in it has its own bound; this is for a machine with other work
async def test_what_the_shop_tells_while_parts_are_killed_lands_once_and_by_name(tmp_path: Path) -> None:
    faults: list[Fault] = [
        PoisonMessages(commerce_events("eu"), (NO_FRAME, UNKNOWN_SCHEMA)),
        Kill("sink"),
        Kill("clickhouse"),
        Kill("redact"),
    ]
    console = Console(width=200)
    report = await chaos(Plan(SEED, 0.35, 150, faults, endless=False, logs=tmp_path / "logs"), console)
    show(console, report)  # names all that is wrong
    assert report.final.lost == ()
    assert report.final.doubled == ()
    assert report.final.unexplained == ()
    assert [struck.name for struck in report.faults if struck.recovered_s is None] == []
    assert report.hollow == []
    assert report.dead_letters_found == report.dead_letters_due == 8  # two records, four stages that read them
    assert report.events > 2_000
    assert report.passed
