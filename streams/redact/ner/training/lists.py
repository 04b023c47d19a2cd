"""The lists that fill slots: words.yaml, names.json.gz, and the words that are no names."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from streams.redact.detect.words.lexicon import lexicon

FOLDER = Path(__file__).parent
NAMES_FILE = FOLDER / "names.json.gz"
TEMPLATES = FOLDER / "templates"
LANGUAGES = ("nl", "de", "fr", "es", "it", "pl", "sv", "pt", "en")
FOREIGN = "foreign"
"""Key of the names of other countries in ``names``."""


@cache
def words() -> dict[str, Any]:
    """words.yaml: lists by language and kind, and lists that every language shares by kind."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return read


@cache
def names() -> dict[str, dict[str, list[str]]]:
    """Given names (`first`), family names (`last`) and towns (`city`) by language; build_lists.py writes the file."""
    read: dict[str, dict[str, list[str]]] = json.loads(gzip.decompress(NAMES_FILE.read_bytes()))
    return read


@cache
def common_words() -> tuple[str, ...]:
    """Words that are no names, folded."""
    return tuple(sorted(lexicon().common - lexicon().forename - lexicon().surname))
