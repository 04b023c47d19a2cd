"""One detector for all tests: it holds no state between texts."""

import pytest

from streams.redact.detect.detector import Detector
from streams.redact.policy import load_policy
from streams.redact.pseudonym import RegionKeys
from streams.redact.redactor import Redactor


@pytest.fixture(scope="session")
def detector() -> Detector:
    """The detector as shipped."""
    return Detector()


@pytest.fixture(scope="session")
def redactor(detector: Detector) -> Redactor:
    """The policy as shipped, with keys that are no secret."""
    keys = RegionKeys({region: bytes([number]) * 32 for number, region in enumerate(("eu", "uk", "ch"), 1)})
    return Redactor(load_policy(), keys, detector)
