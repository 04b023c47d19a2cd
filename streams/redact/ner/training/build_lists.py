"""Writes names.json.gz and ../towns.txt.gz: `python -m streams.redact.ner.training.build_lists DIR`.

DIR holds `gaz/`: name lists by country and towns, as ../NOTICE.md names them. The files are committed: this module is
needed only when a source changes.
"""

import csv
import gzip
import json
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from streams.redact.detect.words.fold import fold
from streams.redact.ner.gazetteer import TOWNS_FILE
from streams.redact.ner.training.lists import FOREIGN, NAMES_FILE

_COUNTRIES = {
    "nl": ("NL", "BE"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE"),
    "es": ("ES",),
    "it": ("IT",),
    "pl": ("PL",),
    "sv": ("SE",),
    "pt": ("PT",),
    "en": ("GB", "IE"),
}
_ABROAD = """
TR MA DZ EG IN CN VN HU RO HR RS UA CZ NO DK FI GR AL LT EE BR MX SY IR ID PH JP KR NG GH
"""
_LARGE_ABROAD = ("CZ", "NO", "DK", "FI", "LU")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_MIN_TOWN_WORD = 4
# Of five names one is kept for held-out texts, and never trained on.
_PARTS = 5

_ByCountry = Mapping[str, list[str]]


def held_out(name: str) -> bool:
    """Whether the name is kept for texts that measure the model: every fifth, by the CRC-32 of its folded form."""
    return zlib.crc32(fold(name).encode()) % _PARTS == 0


def main(folder: Path, names_file: Path = NAMES_FILE, towns_file: Path = TOWNS_FILE) -> None:
    """Read the sources of `folder`/gaz and write both files; the same sources give the same bytes."""
    towns = _json(folder / "gaz" / "geonames_cities5000.json.gz")
    _write(towns_file, " ".join(sorted(_town_words(towns))))
    _write(names_file, json.dumps(_names(folder / "gaz", towns), ensure_ascii=False, separators=(",", ":")))


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return read


def _write(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _town_words(towns: _ByCountry) -> set[str]:
    listed = (name for country, names in towns.items() if country != "COUNTRIES_en" for name in names)
    words = (word for name in listed for word in re.split(r"[^\w]+", fold(name)))
    return {word for word in words if len(word) >= _MIN_TOWN_WORD and word.isalpha()}


def _names(folder: Path, towns: _ByCountry) -> dict[str, dict[str, list[str]]]:
    faker = _json(folder / "faker_names.json.gz")
    first = _by_country(folder / "sigpwned_common-forenames-by-country.csv")
    last = _by_country(folder / "sigpwned_common-surnames-by-country.csv")
    found = {
        language: {
            "first": _trained([*faker.get(language, {}).get("first", ()), *_of(countries, first)]),
            "last": _trained([*faker.get(language, {}).get("last", ()), *_of(countries, last)]),
            "city": sorted(set(_of(countries, towns))),
        }
        for language, countries in _COUNTRIES.items()
    }
    abroad = _ABROAD.split()
    large = set(towns["WORLD_300k"]) & set(_of(_LARGE_ABROAD, towns))
    found[FOREIGN] = {
        "first": _trained(_of(abroad, first)),
        "last": _trained(_of(abroad, last)),
        "city": sorted(large),
    }
    return found


def _by_country(path: Path) -> _ByCountry:
    """Names in Latin letters."""
    found: dict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name = (row.get("Romanized Name") or row["Localized Name"]).strip()
            if _NAME.fullmatch(name) and fold(name).isascii():
                found[row["Country"]].append(name)
    return found


def _of(countries: Iterable[str], names: _ByCountry) -> list[str]:
    return [name for country in countries for name in names.get(country, ())]


def _trained(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if 1 < len(name) < 30 and not held_out(name)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
