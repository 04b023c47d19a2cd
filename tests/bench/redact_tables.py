"""The redaction benchmark's figures as tables: lines for the terminal and for the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import harness
from tests.bench.groups import Group
from tests.bench.pace import Pace
from tests.bench.redact_figures import Report

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; the first column is text, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def sheets(report: Report) -> tuple[Sheet, ...]:
    """All tables of a report, in the order they are read."""
    sides = (
        ("Inland, nothing known beside the text", report.plain),
        ("Inland, language and country known", report.hinted),
        (f"Presidio as shipped, {report.presidio_model}", report.presidio),
    )
    return (
        *(quality(title, given) for title, given in sides),
        kinds("By kind, held-out texts", report.plain[-1], report.presidio[-1]),
        kinds("By kind, the shop's texts", report.plain[0], report.presidio[0]),
        speed(report),
        rest(report),
    )


def quality(title: str, given: Sequence[Group]) -> Sheet:
    """One detector on every group."""
    columns = ("", "direct", "rest", "all", "precision", "F2", "texts leaking", "masked clean", "listed", "unlisted")
    rows = [
        (
            one.name,
            one.direct,
            one.rest,
            one.recall,
            one.precision,
            one.f2,
            f"{one.leaking}/{one.texts - one.clean}",
            f"{one.masked_clean}/{one.clean}",
            one.listed,
            one.unlisted,
        )
        for one in given
    ]
    return Sheet(
        f"{title}: recall of direct identifiers, of the rest, of all; names in lists and in none", columns, tuple(rows)
    )


def kinds(title: str, own: Group, other: Group) -> Sheet:
    """Both detectors, kind by kind."""
    columns = ("", "labels", "recall", "typed", "precision", "F2", "Presidio's recall", "typed", "precision", "F2")
    pairs = zip(own.kinds, other.kinds, strict=True)
    rows = [
        (a.kind, a.labels, a.recall, a.typed, a.precision, a.f2, b.recall, b.typed, b.precision, b.f2) for a, b in pairs
    ]
    return Sheet(title, columns, tuple(rows))


def speed(report: Report) -> Sheet:
    """Texts per second and CPU, on texts as they are and on long ones, and Presidio's CPU by it."""
    given, ratios = report.speed, report.ratios
    ways = (
        ("Presidio as shipped", given.presidio, 1.0, 1.0),
        ("Inland, text by text", given.full, ratios.short.full, ratios.long.full),
        ("Inland, in batches", given.batched, ratios.short.batched, ratios.long.batched),
        ("Inland, patterns alone", given.patterns, ratios.short.patterns, ratios.long.patterns),
    )
    rows = [
        (name, *_pace(one.short), short, *_pace(one.long), long) for name, one, short, long in ways if one is not None
    ]
    columns = ("", "texts/s", "CPU us", "ratio", "long texts/s", "CPU us", "ratio")
    return Sheet("Speed, one core: texts as they are, and of about 283 characters", columns, tuple(rows))


def rest(report: Report) -> Sheet:
    """Memory of a worker, CPU of an order."""
    memory, order = report.memory, report.order
    rows = (
        ("memory after 10,000 texts, MB", memory.settled_mb),
        (f"memory after {memory.texts:,} texts, MB", memory.end_mb),
        ("growth, KB per 1,000 texts", memory.slope_kb),
        ("mapping of an order, CPU ms", order.mapping_ms),
        ("redaction of an order, CPU ms", order.redaction_ms),
        ("encoding of an order, CPU ms", order.encoding_ms),
        ("all of an order, CPU ms", order.all_ms),
    )
    return Sheet(f"Memory of a worker; CPU of one order ({order.deliveries} deliveries)", ("", ""), rows)


def _pace(one: Pace) -> tuple[float, float]:
    return one.texts_per_s, one.cpu_us


def show(report: Report) -> None:
    """Print the tables."""
    for sheet in sheets(report):
        harness.table(sheet.title, sheet.columns, sheet.rows)
