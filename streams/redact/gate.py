"""The last look at a prompt before it leaves for a model: patterns, and the subject's known values, blinded.

It stands behind redaction, not in its place: names and addresses that no record knows are redaction's to find. Both
halves look for what redaction looks for, in the same reading, so that a hit is something that redaction missed.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from presidio_analyzer import EntityRecognizer

from streams.redact.blinding import Blinded
from streams.redact.detect.presidio import registry, results_of
from streams.redact.detect.reading.read import read
from streams.redact.detect.reading.view import View
from streams.redact.detect.recognizers.accounts import CardRecognizer, IbanRecognizer
from streams.redact.detect.recognizers.contact import EmailRecognizer, LinkRecognizer
from streams.redact.detect.recognizers.identities import IdentityRecognizer
from streams.redact.detect.recognizers.phones import may_hold_phone, phones_of
from streams.redact.detect.scan import COVER
from streams.redact.detect.words.languages import regions
from streams.redact.placeholders import PLACEHOLDER

KNOWN_VALUE = "known_value"
UNFINISHED = "unfinished"
_OWN = (EmailRecognizer, LinkRecognizer, IbanRecognizer, CardRecognizer, IdentityRecognizer)


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """``passed``: no personal data was seen. ``entity_types``: kinds that were, never values.

    `known_value` for the subject's own, `unfinished` where the look took too long.
    """

    passed: bool
    entity_types: tuple[str, ...] = ()


def check(
    prompt: str, *, told: str | None = None, known: Blinded | None = None, country: str | None = None
) -> GateVerdict:
    """Whether the prompt may leave. Placeholders are allowed; a check that takes too long does not pass.

    `told`: the part of the prompt that an event tells, all of it when None. Known values are looked for in this part
    alone: the examples beside it are the same for everybody. `country`: how phone numbers without a prefix are read.
    """
    told = told or prompt
    before, found, behind = prompt.partition(told)
    if not found:
        raise ValueError("told is no part of the prompt: give it as the prompt has it")
    own = _reading(told)
    try:
        seen = _patterns_in(_around(before) + own + _around(behind), own, country)
    except TimeoutError:
        return GateVerdict(passed=False, entity_types=(UNFINISHED,))
    if known is not None and known.hits(own):
        seen.add(KNOWN_VALUE)
    return GateVerdict(passed=not seen, entity_types=tuple(sorted(seen)))


def _patterns_in(text: str, told: str, country: str | None) -> set[str]:
    recognizers = _recognizers()
    if may_hold_phone(text):
        recognizers = (*recognizers, phones_of(regions(told, None, country)))
    return {hit.entity_type for one in recognizers for hit in results_of(one, text)}


@cache
def _recognizers() -> tuple[EntityRecognizer, ...]:
    return tuple(registry([one() for one in _OWN]).recognizers)


@lru_cache(maxsize=64)
def _around(text: str) -> str:
    """The reading of what a task's prompts have in common."""
    return _reading(text)


def _reading(text: str) -> str:
    return read(View(PLACEHOLDER.sub(COVER, text))).text
