"""`inland demo`."""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

import click
import orjson
from rich.console import Console
from rich.live import Live

from infra.local.platform import Platform
from infra.local.shop.commands import Rate
from infra.local.status import PlatformStatus
from infra.local.tables import component_table
from streams.demo import report
from streams.demo.day import Day
from streams.demo.run import Demo
from streams.demo.stations import Station

_PLAIN_EVERY_S = 10.0


@click.command()
@click.option("--orders", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Orders of the day.")
@click.option("--rate", type=Rate(), default="5/s", show_default=True, help="How fast they come; `max` for full speed.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed plays the same day.")
@click.option("--keep", is_flag=True, help="Leave the platform running afterwards.")
@click.option("--json", "as_json", is_flag=True, help="The closing summary as one JSON object.")
def demo(orders: int, rate: float | None, seed: int, keep: bool, as_json: bool) -> None:
    """Run a shop for a day and watch its orders, reviews and notes through every station.

    Starts the platform unless it runs. Ends with counts that must agree, from the shop's own ledger to ClickHouse;
    exits with 1 when they do not.
    """
    console = Console(stderr=as_json)
    platform = Platform()
    was_running = platform.running
    try:
        start_s = _start(platform, console)
        day = Day(orders, rate, seed, platform.layout.run / "demo-ledger.jsonl")
        found = _play(platform, day, start_s, console)
    finally:
        if not (keep or was_running):
            console.print("stopping the platform …", style="dim")
            platform.down()
    if as_json:
        click.echo(orjson.dumps(asdict(found), default=str).decode())
    else:
        report.show(console, found)
        if keep or was_running:
            console.print("The platform is running: `inland status`, `inland down`.")
    sys.exit(0 if found.outcome.proven else 1)


def _start(platform: Platform, console: Console) -> float | None:
    if platform.running:
        platform.up()
        return None
    began = time.monotonic()
    with Live(component_table(PlatformStatus()), console=console, transient=True) as live:
        status = platform.up(progress=lambda now: live.update(component_table(now)))
    console.print(component_table(status))
    return time.monotonic() - began


def _play(platform: Platform, day: Day, start_s: float | None, console: Console) -> report.Report:
    if console.is_terminal:
        with Live(console=console, refresh_per_second=4) as live:
            show = Demo(platform, day, lambda stations, orders: live.update(report.picture(stations, orders)))
            return asyncio.run(show.run(start_s))
    return asyncio.run(Demo(platform, day, _Plain(console)).run(start_s))


class _Plain:
    """Progress where there is no terminal: one line every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = 0.0

    def __call__(self, stations: Sequence[Station], orders: str) -> None:
        if time.monotonic() - self._last < _PLAIN_EVERY_S:
            return
        self._last = time.monotonic()
        told = ", ".join(f"{one.name or 'answers'} {one.done:,}" + _waiting(one) for one in stations)
        self._console.print(f"orders {orders}: {told}", soft_wrap=True)


def _waiting(station: Station) -> str:
    return f" ({station.waiting:,} waiting)" if station.waiting else ""
