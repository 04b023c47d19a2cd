"""Writes lexicon.txt.gz: `python -m streams.redact.detect.words.build_lexicon DIR`.

DIR holds `gaz/` (name lists per country) and `ner/` (sentences with IOB2 tags), as named in NOTICE.md. Only sources
under CC0, CC BY and MIT are read. The file is committed: a build needs this module only when a source changes.
"""

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from streams.redact.detect.words.fold import fold

# Sentences whose licence lets their vocabulary travel without share-alike terms.
SENTENCE_SOURCES = frozenset(
    {"GermEval2014", "Europeana", "MEDDOCAN", "KPWr-n82(test part)", "swedish-ner-corpus", "wikigold", "BTC", "WNUT17"}
)
# The oldest source was read by machine from old print: a rare word there is often no word.
_SEEN_OFTEN = {"Europeana": 6}
_SEEN = 3
_FAKER_LOREM = ("da_DK", "de_DE", "en_US", "es_ES", "fr_FR", "it_IT", "nl_NL", "pl_PL")
_LOCALES = """
cs_CZ da_DK de_AT de_CH de_DE en_GB en_IE en_US es_ES et_EE fi_FI fr_BE fr_CH fr_FR ga_IE hr_HR hu_HU is_IS it_IT
lt_LT lv_LV nl_BE nl_NL no_NO pl_PL pt_PT ro_RO sk_SK sl_SI sv_SE tr_TR
"""
_FAKER_PEOPLE = tuple(_LOCALES.split())
_MIN_LETTERS = 2


def main(folder: Path, out: Path) -> None:
    """Read the sources of `folder` and write the lexicon: one line `kind word word ...` a kind, sorted, folded."""
    forenames, surnames = _names(folder / "gaz")
    names = forenames | surnames
    common = _common(folder / "ner", names) | (_lorem() - names)
    lines = [
        " ".join(["forename", *sorted(forenames)]),
        " ".join(["surname", *sorted(surnames)]),
        " ".join(["common", *sorted(common)]),
    ]
    # mtime 0: the same sources give the same bytes, and the detector's version is a hash of them.
    out.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def _names(folder: Path) -> tuple[set[str], set[str]]:
    with gzip.open(folder / "faker_names.json.gz", "rt", encoding="utf-8") as file:
        by_language = json.load(file)
    forenames = {name for lists in by_language.values() for name in lists["first"]}
    surnames = {name for lists in by_language.values() for name in lists["last"]}
    for locale in _FAKER_PEOPLE:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        forenames |= _listed(provider, "first_names", "first_names_male", "first_names_female")
        surnames |= _listed(provider, "last_names", "last_names_male", "last_names_female")
    forenames |= set(_column(folder / "sigpwned_common-forenames-by-country.csv"))
    surnames |= set(_column(folder / "sigpwned_common-surnames-by-country.csv"))
    return set(_parts(forenames)), set(_parts(surnames))


def _listed(provider: type, *attributes: str) -> set[str]:
    """Faker keeps names in tuples or in dictionaries of weights."""
    return {str(name) for attribute in attributes for name in getattr(provider, attribute, ())}


def _column(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["Romanized Name"]
            yield row["Localized Name"]


def _parts(names: Iterable[str]) -> Iterator[str]:
    """`van der Berg` gives `berg`; `Anne-Marie` itself and its halves."""
    for name in names:
        for word in name.replace("’", "'").split():
            whole = fold(word).strip(".'-")
            for part in {whole, *whole.split("-"), whole.split("'")[-1]}:
                if len(part) >= _MIN_LETTERS and part.isalpha() and word[:1].isupper():
                    yield part


def _common(folder: Path, names: set[str]) -> set[str]:
    plain: Counter[tuple[str, str]] = Counter()
    person: Counter[str] = Counter()
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                sentence = json.loads(line)
                if sentence["source"] in SENTENCE_SOURCES:
                    _count(sentence, plain, person)
    words = {
        word
        for (word, source), count in plain.items()
        if count >= _SEEN_OFTEN.get(source, _SEEN) and count > person[word]
    }
    # A word that is a name, too, stays one unless sentences mostly use it otherwise. MEDDOCAN splits e-mail addresses
    # into words, so that it shows names in lower case.
    total: Counter[str] = Counter()
    for (word, source), count in plain.items():
        total[word] += count if source != "MEDDOCAN" else 0
    return {word for word in words if word not in names or total[word] > 5 * person[word] + 5}


def _count(sentence: dict[str, Any], plain: Counter[tuple[str, str]], person: Counter[str]) -> None:
    source = str(sentence["source"])
    german = sentence["lang"] == "de"
    for at, (token, tag) in enumerate(zip(sentence["tokens"], sentence["tags"], strict=True)):
        if not token.isalpha() or len(token) < _MIN_LETTERS:
            continue
        if tag.endswith("PER"):
            person[fold(token)] += 1
        elif tag == "O" and (token.islower() or (german and at > 0)):
            plain[fold(token), source] += 1


def _lorem() -> set[str]:
    words: set[str] = set()
    for locale in _FAKER_LOREM:
        words |= set(import_module(f"faker.providers.lorem.{locale}").Provider.word_list)
    return {folded for word in words if (folded := fold(word)).isalpha() and word.islower()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent / "lexicon.txt.gz")
