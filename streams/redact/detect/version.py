"""Which detection this is: a hash of code, word lists, configuration and model."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_DETECT = Path(__file__).parent
_NER = _DETECT.parent / "ner"
_READ = frozenset({".py", ".yaml", ".gz", ".cfg"})


@cache
def detector_version(*, names: bool, models: str = "") -> str:
    """`names`: whether our model for names is part of it. `models`: others beside it, as set."""
    pieces = [_hashed(_DETECT, _sources(_DETECT))]
    if names:
        pieces.append(_hashed(_NER, [*_sources(_NER, but="training"), _NER / "model" / "tagger" / "model"])[:8])
    if models:
        pieces.append(hashlib.sha256(models.encode()).hexdigest()[:8])
    return "-".join(pieces)


def _sources(folder: Path, but: str = "") -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in _READ)
    return sorted(path for path in found if path.relative_to(folder).parts[0] != but)


def _hashed(folder: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
