"""Sentences of annotated corpora as a supplement: people's names in running text that no template knows.

Only corpora under CC BY and CC0 are taken: NOTICE.md names them, and says why others are not.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

SOURCES = frozenset(
    {"GermEval2014", "MEDDOCAN", "KPWr-n82(test part)", "swedish-ner-corpus", "wikigold", "BTC", "WNUT17"}
)
Sentence = tuple[list[str], list[str]]
"""Tokens, and their tags: PERSON, `O`, or nothing where nothing is known (places)."""


def sentences(folder: Path) -> Iterator[Sentence]:
    """Sentences of `folder`/<language>.jsonl.gz."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).decode().splitlines():
            row = json.loads(line)
            if row["source"] in SOURCES and 3 < len(row["tokens"]) < 60:
                yield row["tokens"], [_tag(tag) for tag in row["tags"]]


def _tag(tag: str) -> str:
    if tag.endswith("-PER"):
        return "PERSON"
    return "" if tag.endswith("-LOC") else "O"
