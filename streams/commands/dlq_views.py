"""How dead letters look on a terminal. What came with a record is shown without control characters."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from rich.console import Console
from rich.text import Text

from streams.deadletters.letter import Letter
from streams.deadletters.listing import Kind
from streams.deadletters.replay import Outcome


def show_kinds(console: Console, found: Sequence[Kind]) -> None:
    """For each kind: where, how many, since when; the rule; the remedy."""
    if not found:
        console.print("no dead letters")
    for kind in found:
        where = f"{kind.topic}, {kind.stage}" if kind.stage else kind.topic
        counts = f"{kind.letters:,} letters, {kind.replayed:,} replayed, {kind.open:,} open"
        first, last = (f"{at:%Y-%m-%d %H:%M:%S}" for at in (kind.first, kind.last))
        _line(console, plain(where, "bold"), f": {counts}; {first} to {last} UTC")
        _line(console, "    rule    ", plain(kind.rule))
        _line(console, "    remedy  ", plain(kind.remedy))


def facts(letter: Letter, replayed: bool) -> dict[str, Any]:
    """All that may be said of a letter; neither key nor value, nor what stands in the headers that it came with."""
    cause, message = letter.cause, letter.message
    said: dict[str, Any] = {"letter": message.place, "replayed": replayed, "rule": letter.rule, "remedy": letter.remedy}
    if cause is not None:
        said |= {"place": cause.place, "stage": cause.stage, "group": cause.group, "exception": cause.exception}
        said |= {"attempts": cause.attempts, "replays": cause.replays, "failed_at": cause.failed_at}
    return said | {
        "written_at": message.timestamp,
        "headers": [name for name, _ in message.headers],
        **_content("key", message.key),
        **_content("value", message.value),
    }


def _content(name: str, data: bytes | None) -> dict[str, Any]:
    if data is None:
        return {f"{name}_bytes": None, f"{name}_sha256": None}
    return {f"{name}_bytes": len(data), f"{name}_sha256": sha256(data).hexdigest()}


def show_letter(console: Console, said: Mapping[str, Any]) -> None:
    """One fact a line."""
    for name, value in said.items():
        shown = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        _line(console, Text(f"{name.replace('_', ' '):<14}", "dim"), plain(shown))


def show_outcome(console: Console, outcome: Outcome) -> None:
    """The counts, and what stopped it."""
    counts = {
        "would be put back" if outcome.dry_run else "put back": outcome.put_back,
        "accepted": outcome.accepted,
        "refused again": outcome.refused_again,
        "with broken headers, left": outcome.broken,
        "not selected": outcome.passed_over,
        "put back earlier": outcome.already_replayed,
    }
    for name, number in counts.items():
        if number:
            console.print(f"{number:>8}  {name}", highlight=False)
    if not any(counts.values()):
        console.print("no dead letters")
    if (stopped := outcome.stopped) is not None:
        _line(console, "stopped at ", stopped.letter, f" ({stopped.place})" if stopped.place else "")
        _line(console, "    rule    ", plain(stopped.rule))
        _line(console, "    remedy  ", plain(stopped.remedy))


def _line(console: Console, *parts: str | Text) -> None:
    console.print(Text.assemble(*parts), soft_wrap=True)


def plain(text: str, style: str = "") -> Text:
    """Text of a header: not read as markup, and nothing that a terminal obeys."""
    return Text("".join(character if character.isprintable() else "�" for character in text), style)
