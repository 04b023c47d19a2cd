"""What a run tells: a line a fault while it goes, a table and every name at the end, one JSON object for programs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.chaos.reconcile.items import Verdict, named

NAMED = 40


# What only a person writes: no reveal is asked for while things are broken.
BY_HAND = frozenset({"privacy_reveals", "privacy_requests"})


@dataclass(frozen=True, slots=True)
class Struck:
    """One fault and what came of it. Seconds; `recovered_s` from the healing on, None when it was not in time."""

    name: str
    lasted_s: float
    recovered_s: float | None
    lost: int
    doubled: int
    as_meant: bool
    """False where the fault could not be struck; the note says why."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run."""

    seed: int
    seconds: float
    orders: int
    faults: tuple[Struck, ...]
    skipped: Mapping[str, str]
    not_struck: tuple[str, ...]
    """Faults for which the time was too short."""
    final: Verdict
    events: int
    """Identities reconciled: events, findings, model calls, answers, revisions of recommendations."""
    repeated: Mapping[str, int]
    """Records in each kind of topic beyond the first of their identity; at least once allows them."""
    dead_letters_due: int
    dead_letters_found: int
    unacknowledged: int
    """Deliveries that the gateway did not acknowledge: the shop knows that they were not received."""

    @property
    def passed(self) -> bool:
        """Nothing lost, doubled or unexplained, in the end or after any fault; every fault struck, no check hollow."""
        harmless = all(fault.as_meant and not fault.lost and not fault.doubled for fault in self.faults)
        return self.final.clean and harmless and not self.hollow

    @property
    def hollow(self) -> list[str]:
        """Checks that compared nothing, and so prove nothing."""
        return [name for name, count in self.final.examined.items() if not count and name not in BY_HAND]

    def as_json(self) -> str:
        """One line."""
        told = {
            "seed": self.seed,
            "passed": self.passed,
            "seconds": round(self.seconds, 1),
            "orders": self.orders,
            "faults": [asdict(fault) for fault in self.faults],
            "skipped": dict(self.skipped),
            "not_struck": list(self.not_struck),
            "events": self.events,
            "lost": len(self.final.lost),
            "doubled": len(self.final.doubled),
            "unexplained": len(self.final.unexplained),
            "named": [str(i) for i in (*self.final.lost, *self.final.doubled, *self.final.unexplained)][:NAMED],
            "examined": dict(self.final.examined),
            "repeated_in_topics": dict(self.repeated),
            "dead_letters": {"expected": self.dead_letters_due, "found": self.dead_letters_found},
            "deliveries_not_acknowledged": self.unacknowledged,
        }
        return orjson.dumps(told).decode()


def progress(console: Console, number: int, fault: Struck) -> None:
    """One line about a fault that is over."""
    back = "[red]not recovered[/]" if fault.recovered_s is None else f"recovered in {fault.recovered_s:5.1f} s"
    verdict = f"lost {fault.lost}, doubled {fault.doubled}"
    colour = "red" if fault.lost or fault.doubled else "green"
    note = f"  [dim]{escape(fault.note)}[/]" if fault.note else ""
    console.print(f"{number:3}  {fault.name:<24} {back}  [{colour}]{verdict}[/]{note}", soft_wrap=True)


def show(console: Console, report: Report) -> None:
    """The table, the names, the verdict."""
    console.print(_by_fault(report))
    console.print(_examined(report))
    for title, items in (
        ("lost", report.final.lost),
        ("doubled", report.final.doubled),
        ("unexplained", report.final.unexplained),
    ):
        for line in named(items, NAMED):
            console.print(f"{title}: {line}", markup=False, highlight=False, soft_wrap=True)
    for name, why in report.skipped.items():
        console.print(f"not struck: {name}: {why}", style="yellow")
    if report.not_struck:
        console.print(f"not struck, time was too short: {', '.join(report.not_struck)}", style="yellow")
    for name in report.hollow:
        console.print(f"nothing to compare: {name}; this run proves nothing about it", style="red")
    console.print(_verdict(report), style="green" if report.passed else "bold red", highlight=False)


def _by_fault(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("fault", "struck", "lasted s", "recovered s, each", "lost", "doubled"):
        table.add_column(name, justify="left" if name == "fault" else "right")
    for name in dict.fromkeys(fault.name for fault in report.faults):
        same = [fault for fault in report.faults if fault.name == name]
        back = " ".join("never" if f.recovered_s is None else f"{f.recovered_s:.1f}" for f in same)
        sums = (str(sum(f.lost for f in same)), str(sum(f.doubled for f in same)))
        table.add_row(name, str(len(same)), f"{same[0].lasted_s:.0f}", back, *sums)
    return table


def _examined(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("compared one by one")
    table.add_column("", justify="right")
    for name, count in report.final.examined.items():
        table.add_row(name, f"{count:,}")
    for name, count in report.repeated.items():
        table.add_row(f"[dim]repeated in topics: {name}[/]", f"[dim]{count:,}[/]")
    table.add_row("dead letters expected, found", f"{report.dead_letters_due}, {report.dead_letters_found}")
    table.add_row("deliveries never acknowledged", f"{report.unacknowledged:,}")
    return table


def _verdict(report: Report) -> str:
    final = report.final
    tail = f", unexplained {len(final.unexplained)}" if final.unexplained else ""
    return (
        f"lost {len(final.lost)}, doubled {len(final.doubled)}{tail}: {report.events:,} events, "
        f"{len(report.faults)} faults, {report.seconds:.0f} s, seed {report.seed}"
    )
