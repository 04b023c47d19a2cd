"""The closing summary, for people."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from streams.audit.questions import TO_PASTE
from streams.audit.summary import Latency, Recommendation, SlowCall, Summary
from streams.demo.arrivals import Arrivals
from streams.demo.examples import Pair, Search
from streams.demo.landed import Check
from streams.demo.stations import Station
from streams.demo.watch import Outcome


@dataclass(frozen=True, slots=True)
class Platform:
    """What the platform cost, and how to reach its ClickHouse."""

    start_s: float | None
    """Seconds until all was healthy; None when it was running already."""
    memory_mb: float
    clickhouse_url: str
    password_file: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that the closing summary shows."""

    outcome: Outcome
    summary: Summary
    pairs: Sequence[Pair]
    search: Search
    platform: Platform
    arrivals: Sequence[Arrivals] = ()


def picture(stations: Sequence[Station], orders: str) -> Table:
    """The live picture: one line a station."""
    table = Table(box=None, pad_edge=False, header_style="dim", title=f"orders {orders}", title_justify="left")
    for name, justify in (("station", "left"), ("done", "right"), ("", "left"), ("waiting", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # rich's literal
    for station in stations:
        waiting = "" if station.waiting is None else f"{station.waiting:,}"
        table.add_row(f"[bold]{station.name}[/]", f"{station.done:,}", station.what, waiting)
    return table


def show(console: Console, report: Report) -> None:
    """Print the whole summary."""
    for title, part in (
        ("Counts that must agree", _checks(report.outcome.checks)),
        ("Who came first", _arrivals(report.arrivals)),
        ("Latency (milliseconds)", _latencies(report.summary.latencies)),
        ("Before and after", _pairs(report.pairs, report.search)),
        ("Slowest model calls (milliseconds)", _slowest(report.summary.slowest)),
        ("Bought together", _recommendations(report.summary.recommendations)),
        ("Ask yourself", _queries(report.platform)),
    ):
        console.print(Panel(part, title=title, title_align="left", border_style="dim"))
    console.print(_cost(report.platform))
    console.print(_verdict(report.outcome))


def _checks(checks: Sequence[Check]) -> Table:
    table = _table("", ">told", ">landed", "")
    for check in checks:
        sign = "[green]✓[/]" if check.agrees else "[bold red]✗[/]"
        table.add_row(check.name, f"{check.told:,}", f"{check.landed:,}", sign)
        for missing in check.missing:
            table.add_row(f"[red]  missing: {escape(missing)}[/]", "", "", "")
        for untold in check.untold:
            table.add_row(f"[red]  never told, or twice: {escape(untold)}[/]", "", "", "")
    return table


def _arrivals(arrivals: Sequence[Arrivals]) -> Table:
    table = _table("events of", ">by webhook", ">from the database", ">came again, recognised")
    for one in arrivals:
        again = "?" if one.recognised is None else f"{one.recognised:,}"
        table.add_row(one.entity.replace("_", " "), f"{one.webhook:,}", f"{one.cdc:,}", again)
    return table


def _latencies(latencies: Sequence[Latency]) -> Table:
    table = _table("hop", ">p50", ">p95", ">p99", ">events")
    for hop in latencies:
        table.add_row(hop.hop, f"{hop.p50_ms:,.0f}", f"{hop.p95_ms:,.0f}", f"{hop.p99_ms:,.0f}", f"{hop.count:,}")
    return table


def _pairs(pairs: Sequence[Pair], search: Search) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    for pair in pairs:
        table.add_row(f"[dim]as written [/] {escape(pair.before)}")
        table.add_row(f"[dim]as it landed[/] [cyan]{escape(pair.after)}[/]\n")
    table.add_row(
        f"{search.values:,} personal values stood in {search.texts:,} texts: [bold]{search.survived}[/] came through, "
        f"{search.clean_changed} texts without any were changed."
        + (f" [bold red]{search.unseen} texts landed nowhere.[/]" if search.unseen else "")
    )
    return table


def _slowest(calls: Sequence[SlowCall]) -> Table:
    table = _table("task", "region", "outcome", ">queued", ">inference", ">total")
    for call in calls:
        inference = "" if call.inference_ms is None else f"{call.inference_ms:,.0f}"
        row = (call.task, call.region, call.outcome, f"{call.queued_ms:,.0f}", inference, f"{call.total_ms:,.0f}")
        table.add_row(*row)
    return table


def _recommendations(recommendations: Sequence[Recommendation]) -> Table:
    table = _table("region", "who buys", "also buys", ">orders", ">share")
    for one in recommendations:
        names = (one.product or f"product {one.product_id}", one.recommended or f"product {one.recommended_id}")
        table.add_row(one.region, *map(escape, names), str(one.orders), f"{one.score:.0%}")
    return table


def _queries(platform: Platform) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_row(
        f"{platform.clickhouse_url}/play?user=analyst&database=inland   password in {platform.password_file}\n"
    )
    for question, query in TO_PASTE.items():
        table.add_row(f"[dim]-- {escape(question)}[/]\n{escape(query)}\n")
    return table


def _cost(platform: Platform) -> str:
    started = "was running already" if platform.start_s is None else f"started in {platform.start_s:.1f} s"
    return f"platform {started}; all processes together {platform.memory_mb:,.0f} MB"


def _verdict(outcome: Outcome) -> RenderableType:
    if outcome.proven:
        seconds = f"{outcome.seconds:.0f} s after the shop closed"
        return f"[bold green]Everything told has landed[/], {seconds}; nothing was refused."
    return (
        f"[bold red]NOT everything told has landed[/]: see the counts above; {outcome.refused} dead letters. "
        "Logs: .state/logs; dead letters carry their cause in headers."
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    return table
