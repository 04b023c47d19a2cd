"""How tasks, answers and scores look on a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.enrich.tasks.task import Task, configuration_hash
from streams.enrich.trial.asker import Tried
from streams.enrich.trial.scoring import NOTHING, Report, Score


def facts(task: Task) -> dict[str, Any]:
    """What there is to say of a task."""
    return {
        "name": task.name,
        "version": task.version,
        "configuration_hash": configuration_hash(task),
        "about": task.about,
        "events": task.events,
        "lane": task.lane,
        "deadline_s": task.deadline_s,
        "patience_s": task.patience_s,
        "steps": [step.name for step in task.steps],
        "labels": list(task.labels),
    }


def show_tasks(console: Console, tasks: Sequence[Task]) -> None:
    """Each task in a few lines."""
    for task in tasks:
        said = facts(task)
        patience = f", patience {task.patience_s / 3600:g} h" if task.patience_s is not None else ""
        console.print(Text.assemble((task.name, "bold"), f" {task.version} ({said['configuration_hash']})"))
        console.print(Text(f"    {task.about}"))
        console.print(Text(f"    of       {task.events}"))
        console.print(Text(f"    lane     {task.lane}, deadline {task.deadline_s:g} s{patience}"))
        console.print(Text(f"    asks     {', '.join(said['steps'])}"))
        if task.labels:
            console.print(Text(f"    labels   {', '.join(task.labels)}"))


def tried(found: Tried) -> dict[str, Any]:
    """What came of a text, for machines."""
    keys = ("attempt", "outcome", "error_type", "prompt", "prompt_cut", "answer", "total_us", "input_tokens")
    return {
        "redacted": found.redacted,
        **{key: found.result[key] for key in ("status", "label", "answer", "language")},
        "requests": [list(one) for one in found.requests],
        "calls": [{key: call[key] for key in keys} for call in found.calls],  # type: ignore[literal-required]
        "seconds": round(found.seconds, 3),
    }


def show_tried(console: Console, found: Tried) -> None:
    """What the model read and said."""
    result = found.result
    console.print(Text.assemble(("read     ", "dim"), found.redacted))
    for call in found.calls:
        why = f" ({call['error_type']})" if call["error_type"] else ""
        took = f"{call['total_us'] / 1000:.0f} ms"
        console.print(Text.assemble(("attempt  ", "dim"), f"{call['outcome']}{why}, {took}: {call['answer'] or ''}"))
    label = f" {result['label']}" if result["label"] else ""
    console.print(
        Text.assemble(("result   ", "dim"), (f"{result['status']}{label}", "bold"), f" {result['answer'] or ''}")
    )
    for kind, rule in found.requests:
        console.print(Text.assemble(("request  ", "dim"), f"{kind}, seen by {rule}"))


def show_report(console: Console, report: Report, labels: Sequence[str]) -> None:
    """Scores, then the confusion matrix: a row for each right label, a column for each given one."""
    rows = {"all": report.total, **report.by_difficulty, **report.by_language}
    scores = Table("", "texts", "accuracy", "balanced", box=None)
    for name, score in rows.items():
        scores.add_row(name, *_figures(score))
    console.print(scores)
    given = [*labels, NOTHING]
    confusion = Table("right \\ given", *given, "recall", box=None)
    for label, counts in report.confusion.items():
        confusion.add_row(label, *(str(counts.get(one, 0)) for one in given), f"{report.recall[label]:.2f}")
    console.print(confusion)


def _figures(score: Score) -> tuple[str, str, str]:
    return str(score.texts), f"{score.accuracy:.3f}", f"{score.balanced:.3f}"
