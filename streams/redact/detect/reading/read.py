"""How a person would read a text: no encodings, no invisible characters, no look-alike letters, no bare tags.

Detection works on this reading; spans go back to the text as it came. Ordinary text is read as it is, at no cost.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from streams.redact.detect.reading.lookalikes import latin
from streams.redact.detect.reading.view import Piece, View

# What is encoded may be encoded once more (`&amp;#64;`, `%2540`).
_MAX_LAYERS = 3
_ENCODED = re.compile(
    r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"  # HTML
    r"|(?:%[0-9a-fA-F]{2})+"  # URL
    r"|(?:\\u[0-9a-fA-F]{4})+|\\[\"/nrt]"  # JSON
    r"|=\r?\n"  # quoted-printable's soft line end
)
# Without attributes: what stands in an attribute is looked at as text.
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,11})\s{0,4}/?>")
_WITHIN_WORDS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "wbr",
    ]
)
# Outside of what ordinary European text is written with: a cheap sign that there is something to put right.
_ODD = re.compile("[^\\x00-\\x7f\u00a1-\u00ac\u00ae-\u02ff\u1e00-\u1eff\u2013-\u201e\u2022\u2026\u20ac\u2122\ufffc]")
# Letters set apart, a word cut at a line's end, more space than between words.
_LOOSE = re.compile(
    r"(?<!\w)(?P<letters>[^\W\d_](?: [^\W\d_]){3,})(?!\w)"
    r"|(?<=[a-z\u00df-\u00ff])(?P<hyphen>-\r?\n)(?=[a-z\u00df-\u00ff])"
    r"|(?P<space>[ \t]{2,}|\t)"
)
_SPACE_LIKE = frozenset(["Zs", "Zl", "Zp"])
_HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63\uff0d", "-")


def read(view: View) -> View:
    """The reading of a text. Every character of it keeps the place it came from."""
    for _ in range(_MAX_LAYERS):
        decoded = view.rewritten(_decoded(view.text))
        if decoded is view:
            break
        view = decoded
    if "<" in view.text:
        view = view.rewritten(_tags(view.text))
    if not view.text.isascii() and _ODD.search(view.text):
        view = latin(view.rewritten(_plain(view.text)))
    return view.rewritten(_closed_up(view.text)) if _LOOSE.search(view.text) else view


def _decoded(text: str) -> Iterator[Piece]:
    if not ("&" in text or "%" in text or "\\" in text or "=" in text):
        return
    for match in _ENCODED.finditer(text):
        raw = match.group()
        instead = _decode(raw)
        if instead != raw:
            yield match.start(), match.end(), instead


def _decode(raw: str) -> str:
    match raw[0]:
        case "&":
            return html.unescape(raw)
        case "%":
            decoded = unquote(raw, errors="replace")
            return raw if "\ufffd" in decoded or "\0" in decoded else decoded
        case "=":
            return ""
    if raw[1] != "u":
        return {"n": "\n", "r": "\n", "t": "\t"}.get(raw[1], raw[1])
    units = bytes.fromhex(raw.replace("\\u", ""))
    return units.decode("utf-16-be", errors="replace")


def _tags(text: str) -> Iterator[Piece]:
    for match in _TAG.finditer(text):
        yield match.start(), match.end(), "" if match.group(1).lower() in _WITHIN_WORDS else "\n"


def _closed_up(text: str) -> Iterator[Piece]:
    for match in _LOOSE.finditer(text):
        if match.lastgroup == "letters":
            yield from ((at, at + 1, "") for at in range(match.start() + 1, match.end(), 2))
        else:
            yield match.start(), match.end(), "" if match.lastgroup == "hyphen" else " "


def _plain(text: str) -> Iterator[Piece]:
    """Invisible characters out, compatibility forms to their plain ones, combining marks to their letter."""
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        letters = text[at:end]
        if not letters.isascii():
            instead = _plain_letter(letters) if end == at + 1 else _composed(letters)
            if instead != letters:
                yield at, end, instead
        at = end


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Me") or "\ufe00" <= letter <= "\ufe0f":
        return ""
    if kind == "Cs":
        return "\ufffd"  # half of a character that was cut in two: no library reads on
    if kind in _SPACE_LIKE:
        return "\n" if kind in ("Zl", "Zp") else " "
    if kind == "Nd":
        return str(unicodedata.digit(letter))
    if letter in _HYPHENS:
        return _HYPHENS[letter]
    return unicodedata.normalize("NFKC", letter) if _ODD.match(letter) else letter


def _composed(letters: str) -> str:
    """A letter with its marks. Marks that make no letter of any European language are decoration, and go."""
    whole = unicodedata.normalize("NFC", _plain_letter(letters[0]) + letters[1:])
    return "".join(letter for letter in whole if not unicodedata.combining(letter))
