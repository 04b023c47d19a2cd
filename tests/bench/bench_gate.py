"""What the last gate costs a prompt of 1,500 characters, beside all of redaction's patterns over the same text.

`python -m tests.bench.bench_gate`; CPU time of one core, the best of several rounds: what else runs disturbs the rest.
"""

import time
from collections.abc import Callable

from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.step import Source
from streams.redact.blinding import blind
from streams.redact.detect import gates
from streams.redact.detect.detector import Detector
from streams.redact.detect.words import languages
from streams.redact.gate import check
from streams.redact.values import KnownValue

CHARACTERS, ROUNDS, TIMES = 1500, 9, 40
PLAIN = (
    "Goedemiddag, ik heb vorige week drie bureaulampen besteld, maar er kwamen er maar twee in de doos, jammer. "
    "Kunt u mij laten weten wanneer de rest komt? "
)
NUMBERS = (
    "Ordernummer 10023 kwam niet. De chauffeur zei dat het derde pakket op 24-11-2026 komt, al 5 dagen later. Kunt u "
    "<PERSON_1> laten weten wanneer de lamp van 49,90 euro komt? Anders mijn geld terug op <IBAN_1>. "
)
KNOWN = (
    KnownValue("Anouk van der Meulen", "person"),
    KnownValue("Meulen Advies BV", "organisation"),
    KnownValue("Prinsengracht 482-2", "street_address"),
    KnownValue("1017 KG", "postcode"),
    KnownValue("Amsterdam", "city"),
    KnownValue("anouk.vdmeulen@post.example", "email"),
    KnownValue("+31 6 1987 4402", "phone"),
    KnownValue("NL67INGB3085546601", "iban"),
    KnownValue("192.0.2.7", "ip_address"),
)


def cost(step: Callable[[], object]) -> float:
    """CPU microseconds, nothing of the text remembered."""
    best = float("inf")
    for _ in range(ROUNDS):
        spent = 0.0
        for _ in range(TIMES):
            gates.opened.cache_clear()
            languages.languages.cache_clear()
            began = time.process_time()
            step()
            spent += time.process_time() - began
        best = min(best, spent / TIMES)
    return best * 1e6


def main() -> None:
    """Print one line a kind of text, and what blinding costs redaction an event."""
    detector = Detector()
    blinded = blind(KNOWN, "NL", "e" * 32, b"k" * 32)
    for name, text in (("prose", PLAIN), ("numbers and placeholders", NUMBERS)):
        source = Source((text * 20)[:CHARACTERS])
        told = NOTE_INTENT.shown(source).text
        prompt = NOTE_INTENT.steps[0].prompt(source, told)
        gate = cost(lambda told=told, prompt=prompt: check(prompt, told=told, known=blinded, country="NL"))  # type: ignore[misc]
        own = cost(lambda told=told: blinded.hits(told))  # type: ignore[misc]
        whole = cost(lambda told=told: detector.detect(told, country="NL", known=KNOWN))  # type: ignore[misc]
        print(f"{name}: gate {gate:.0f} us, of it known values {own:.0f} us; redaction's detection {whole:.0f} us")
    spent = cost(lambda: blind(KNOWN, "NL", "e" * 32, b"k" * 32))
    print(f"blinding {len(KNOWN)} values: {len(blinded.fingerprints)} fingerprints, {spent:.0f} us an event")


if __name__ == "__main__":
    main()
