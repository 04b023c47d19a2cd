"""A customer's text on its way into a prompt: on one line, unable to close its quotes, cut by rule. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field

from streams.redact.placeholders import PLACEHOLDER

# Chat templates and prompts are written with these: a text has none of them, redaction's placeholders apart.
_MARKUP = str.maketrans({"<": "(", ">": ")", "{": "(", "}": ")", "[": "(", "]": ")", "|": "/", '"': "'", "`": "'"})
_PLAIN = re.compile(r"[A-Za-z ]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as a prompt has it. ``left_out``: characters that the rule cut off its end."""

    text: str = field(repr=False)
    left_out: int = 0


def one_line(text: str) -> str:
    """The text on one line, without what prompts and chat templates are marked with.

    On one line, because a text must not be able to write an example or an answer of its own; without markup, because
    a tokenizer reads `<|im_end|>` in a text as the end of a turn.
    """
    line = " ".join("".join(one if one.isspace() or _visible(one) else " " for one in text).split())
    pieces, at = list[str](), 0
    for found in PLACEHOLDER.finditer(line):
        pieces += (line[at : found.start()].translate(_MARKUP), found.group())
        at = found.end()
    return "".join((*pieces, line[at:].translate(_MARKUP)))


def _visible(one: str) -> bool:
    # Control and format characters: invisible to whoever reads the record, but not to the model.
    return unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cn", "Cs"}


def cut(line: str, characters: int, tokens: int | None = None) -> Shown:
    """The line's beginning: at most so many characters, and surely no more than so many tokens; None for no limit."""
    end = min(len(line), characters)
    if tokens is not None and token_bound(line[:end]) > tokens:
        end = _fitting(line[:end], tokens)
    if end < len(line):
        # Between words where there are words; never within a placeholder.
        end = next((at for at in range(end, max(end - 40, 0), -1) if line[at - 1 : at + 1].count(" ")), end)
        end = next((found.start() for found in PLACEHOLDER.finditer(line) if found.start() < end < found.end()), end)
    kept = line[:end].rstrip()
    return Shown(kept, len(line) - len(kept))


def token_bound(text: str) -> int:
    """More tokens than a byte-level tokenizer makes of it: a letter is half a token, any other byte a whole one."""
    plain = len(_PLAIN.findall(text))
    return len(text.encode(errors="replace")) - plain + (plain + 1) // 2


def _fitting(text: str, tokens: int) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if token_bound(text[:middle]) <= tokens else (low, middle - 1)
    return low
