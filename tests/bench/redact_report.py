"""Writes the redaction benchmark as a page with a plot: `redaction.md`, `redaction.png`."""

from pathlib import Path

from tests.bench.groups import Group
from tests.bench.redact_figures import Report
from tests.bench.redact_tables import Sheet, sheets

_TARGETS = {"direct": 0.97, "precision": 0.92}
"""What Inland is to reach per language."""

_TITLES = {"direct": "Recall of direct identifiers", "precision": "Precision"}


def write(report: Report, folder: Path) -> None:
    """Write both files; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    plot(report, folder / "redaction.png")
    lines = ["# Redaction: Inland against Presidio as shipped", "", "![by language](redaction.png)", ""]
    lines += [
        "Held-out texts of nine languages and the recorded shop's; the dashed line is what Inland is to reach.",
        "",
    ]
    for sheet in sheets(report):
        lines += [f"## {sheet.title}", "", *markdown(sheet), ""]
    (folder / "redaction.md").write_text("\n".join(lines), encoding="utf-8")


def markdown(sheet: Sheet) -> list[str]:
    """The lines of a table."""
    head = [f"| {' | '.join(sheet.columns)} |", f"|{'---|' * len(sheet.columns)}"]
    return head + [f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |" for row in sheet.rows]


def plot(report: Report, path: Path) -> None:
    """Bars per language, recall above precision."""
    from matplotlib.figure import Figure  # noqa: PLC0415  the benchmarks alone have it

    sides = (("Inland", report.plain), ("Inland, hinted", report.hinted), ("Presidio", report.presidio))
    figure = Figure(figsize=(11, 7), layout="constrained")
    for axes, figure_name in zip(figure.subplots(2, 1), _TITLES, strict=True):
        for number, (name, given) in enumerate(sides):
            at = [place + (number - 1) * 0.27 for place in range(len(given))]
            axes.bar(at, [_height(one, figure_name) for one in given], 0.25, label=name)
        axes.axhline(_TARGETS[figure_name], color="black", linestyle="--", linewidth=0.8)
        axes.set_xticks(range(len(report.plain)), [one.name for one in report.plain])
        axes.set_ylim(0, 1)
        axes.set_title(_TITLES[figure_name])
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=3)
    figure.savefig(path, dpi=120)


def _height(one: Group, figure_name: str) -> float:
    value: float | None = getattr(one, figure_name)
    return value or 0.0
