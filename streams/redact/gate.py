"""The last look at a prompt before it leaves for a model: patterns and known values only, so that it costs little.

It stands behind redaction, not in its place: names and addresses are redaction's to find.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from presidio_analyzer import EntityRecognizer

from streams.redact.detect.accounts import IbanRecognizer
from streams.redact.detect.contact import EmailRecognizer, LinkRecognizer
from streams.redact.detect.identities import IdentityRecognizer
from streams.redact.detect.known import KnownValuesRecognizer
from streams.redact.detect.phones import phones_of
from streams.redact.detect.presidio import registry, results_of
from streams.redact.detect.scan import COVER
from streams.redact.placeholders import PLACEHOLDER
from streams.redact.values import KnownValue


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """``passed``: no personal data was seen. ``entity_types``: kinds that were, never values."""

    passed: bool
    entity_types: tuple[str, ...] = ()


@cache
def _recognizers() -> tuple[EntityRecognizer, ...]:
    own = [EmailRecognizer(), LinkRecognizer(), IbanRecognizer(), IdentityRecognizer(), phones_of(())]
    return tuple(registry(own).recognizers)


def check(text: str, known: Iterable[KnownValue] = ()) -> GateVerdict:
    """Whether the text may leave. Placeholders are allowed; a check that takes too long does not pass."""
    bare = PLACEHOLDER.sub(COVER, text)
    try:
        seen = {
            hit.entity_type for one in (*_recognizers(), KnownValuesRecognizer(known)) for hit in results_of(one, bare)
        }
    except TimeoutError:
        return GateVerdict(passed=False, entity_types=("unfinished",))
    return GateVerdict(passed=not seen, entity_types=tuple(sorted(seen)))
