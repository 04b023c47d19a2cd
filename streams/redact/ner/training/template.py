"""Templates: what a file of them holds, and how one becomes a text."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.labelled import Labelled
from streams.redact.ner.training.slots import LABELS
from streams.redact.ner.training.slots import fill as fill_slot

SLOT = re.compile(r"\{(\w+)\}")
_LINE_END = "⏎"
_PERSON = "PERSON"
# Shares of names in marks or between emoji, and of names cut by a line's end.
_DRESSED, _CUT = 0.04, 0.015
_DRESSES = (
    ("**", "**"), ("_", "_"), ("😊", "🎁"), ("(", ")"), ('"', '"'), ("*", "*"), ("<", ">"), ("[", "]"), ("❤️", "❤️"),
    ("@", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Templates:
    """A language's templates: texts, and what may open and close one."""

    texts: tuple[str, ...]
    openings: tuple[str, ...]
    closings: tuple[str, ...]


@cache
def templates(folder: Path, language: str) -> Templates:
    """`folder`/<language>.txt, one a line: `# ` is a remark, `> ` an opening, `< ` a closing; `⏎` a line break."""
    lines = [line.strip() for line in (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()]
    return Templates(
        tuple(line for line in lines if line and not line.startswith(("# ", "> ", "< "))),
        tuple(line[2:] for line in lines if line.startswith("> ")),
        tuple(line[2:] for line in lines if line.startswith("< ")),
    )


def fill(template: str, draw: Draw) -> Labelled:
    """The template with its slots filled; ValueError where one has a slot that no list knows."""
    text, at = "", 0
    spans: list[tuple[int, int, str]] = []
    for match in SLOT.finditer(template):
        text += template[at : match.start()].replace(_LINE_END, "\n")
        value, begins = fill_slot(match.group(1), draw)
        label = LABELS.get(match.group(1))
        before = after = ""
        if label == _PERSON:
            before, after = draw.rng.choice(_DRESSES) if draw.rng.random() < _DRESSED else ("", "")
            if draw.rng.random() < _CUT:
                value = value[:begins] + value[begins:].replace(" ", "\n", 1)
        text += value[:begins] + before
        if label:
            spans.append((len(text), len(text) + len(value) - begins, label))
        text += value[begins:] + after
        at = match.end()
    return Labelled(text + template[at:].replace(_LINE_END, "\n"), tuple(spans))
