"""A regular expression as a grammar of llama.cpp, which knows no regular expressions of its own. Pure.

Only what means the same in both is taken over; anything else is refused, never dropped.
Syntax: https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
"""

import json
import re

_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<class>\[\^?(?:\\.|[^\]\\])+\])|(?P<group>\(\?:|\()|(?P<repeat>\{\d+(?:,\d*)?\}|[*+?])"
    r"|(?P<plain>.)",
    re.DOTALL,
)
_CLASSES = {"d": "[0-9]", "D": "[^0-9]", "w": "[0-9A-Za-z_]", "W": "[^0-9A-Za-z_]", "s": "[ \\t\\n\\r]"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}


class GrammarError(ValueError):
    """An expression that has no equal grammar; the text names the part, never the prompt."""


def grammar_of(regex: str) -> str:
    """The grammar whose texts are those that match the whole of `regex`. GrammarError where there is none."""
    try:
        re.compile(regex)
    except re.error as error:
        raise GrammarError(f"the regex is none ({error.msg}): correct it in the task") from None
    inner = regex.removeprefix("^")
    if inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    if not inner:
        raise GrammarError("the regex is empty: leave it out, or say what the answer is")
    parts, last = ["root ::="], ""
    for found in _TOKEN.finditer(inner):
        kind, text = str(found.lastgroup), found.group()
        if kind == "repeat" and last == "repeat":
            raise GrammarError(f"{text} after a repetition: llama.cpp knows no lazy or possessive ones")
        parts.append(_part(kind, text, inner[found.end() : found.end() + 1]))
        last = kind
    return " ".join(parts)


def _part(kind: str, text: str, following: str) -> str:
    match kind, text:
        case "escape", _:
            return _escape(text[1])
        case "class", _:
            return _class(text)
        case "group", _:
            if following == "?" and text == "(":
                raise GrammarError("a group that begins with (?: use (?:…) or (…) alone")
            return "("
        case "plain", ")" | "|":
            return text
        case "plain", ".":
            return r"[^\n\r]"
        case "plain", "^" | "$":
            raise GrammarError(f"{text} inside: an answer has no other line to begin or end")
        case "plain", _:
            return json.dumps(text)
        case _:
            return text


def _escape(letter: str) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter]
    if letter in _CONTROLS:
        return json.dumps(_CONTROLS[letter])
    if letter.isalnum():
        raise GrammarError(f"\\{letter}: llama.cpp's grammars have no such thing")
    return json.dumps(letter)


def _class(text: str) -> str:
    if inner := re.search(r"\\[^\\\]\[\-^ntr]", text):
        raise GrammarError(f"{inner.group()} in a class: write its characters out")
    return text.replace("\n", "\\n")
