"""`python -m tests.bench.presidio_shipped PASSES`: presidio-analyzer as it is shipped, on the labelled texts.

A process of its own: Presidio finds recognizers by the name of their class among all that are loaded, and Inland has
some of the same name.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import orjson
import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from tldextract import TLDExtract, tldextract

from streams.redact.detect.spans import Span
from tests.bench.detection import Figures, Find, figures, texts

_KINDS = {
    "PERSON": "person",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "DATE_TIME": "date_of_birth",
    "LOCATION": "city",
    "US_PASSPORT": "passport_no",
    "IT_FISCAL_CODE": "codice_fiscale",
}
"""Presidio's entity types in the labels' terms."""

_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")


@dataclass(frozen=True, slots=True)
class Shipped:
    """What Presidio did, and with which model."""

    model: str
    figures: Figures


def presidio() -> tuple[str, Find]:
    """The analyzer with its defaults, and the name of its model."""
    # As shipped it asks the network for the domain suffixes; without one it takes the snapshot in its package.
    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())
    installed = set(spacy.util.get_installed_models())
    with tempfile.TemporaryDirectory() as folder:
        model = next((name for name in _MODELS if name in installed), None)
        if model is None:
            spacy.blank("en").to_disk(folder)  # by its path: a name that is not installed would be downloaded
        models = [{"lang_code": "en", "model_name": model or folder}]
        engine = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine)

    def find(text: str) -> Sequence[Span]:
        return [
            Span(one.start, one.end, _KINDS.get(one.entity_type, one.entity_type), one.score, "presidio")
            for one in analyzer.analyze(text, language="en")
        ]

    return model or "blank", find


def main() -> None:
    """Measure and print one line of JSON."""
    model, find = presidio()
    print(orjson.dumps(asdict(Shipped(model, figures(find, texts(), int(sys.argv[1]))))).decode())


if __name__ == "__main__":
    main()
