"""What leaves the restricted zone carries what the last gate needs, blinded, and nothing where no key blinds."""

import pytest

from avro_schemas.codec import Codec
from streams.delivery.message import Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import Overlay, Stateless
from streams.redact.detect.detector import Detector
from streams.redact.known_header import KnownHeader
from streams.redact.policy import load_policy
from streams.redact.pseudonym import RegionKeys
from streams.redact.publish import Publisher
from streams.redact.redactor import Redactor
from streams.redact.values import KnownValue
from streams.redact.vault.keeper import Keeper
from streams.residency.policy import residency
from streams.sources.shops import Shop
from tests.unit.redact.events import NOW, event, note, order
from topics.names import commerce_events

REGION, GATE = RegionKeys({"eu": b"\x01" * 32}), RegionKeys({"eu": b"\x02" * 32})
NAMES = ("commerce_event", "privacy_finding", "vault_record")
CODEC = Codec({name: number for number, name in enumerate(NAMES, 1)}, lambda _: "")  # type: ignore[misc]


def _published(detector: Detector, *known: KnownValue, gate: RegionKeys = GATE, **content: object) -> Output:
    shop = Shop("demo", "NL", "http://demo.test/", ())
    redactor = Redactor(load_policy(), REGION, detector)
    publisher = Publisher({"demo": shop}, residency(), redactor, Keeper(REGION), KnownHeader(gate), CODEC)
    outputs = publisher.encode(publisher.redact(event(**content), known, NOW), Overlay(Stateless()))
    (found,) = [one for one in outputs if one.topic == commerce_events("eu")]
    assert not any(one.headers for one in outputs if one is not found)
    return found


def _hits(output: Output, text: str) -> bool:
    blinded = KnownHeader(GATE).read("eu", "e" * 32, output.headers)
    assert blinded is not None
    return blinded.hits(text)


def test_an_order_carries_its_own_values_blinded(detector: Detector) -> None:
    output = _published(detector, order=order())
    assert _hits(output, "a. van der meulen")
    assert _hits(output, "0031 6 19 87 44 02")
    assert not _hits(output, "Jeroen Bakker")
    assert b"eulen" not in output.headers[0][1]


def test_a_note_carries_what_its_order_made_known(detector: Detector) -> None:
    output = _published(detector, KnownValue("Jeroen Bakker", "person"), note=note("hm"), entity="order_note")
    assert _hits(output, "bakker, jeroen")


def test_the_same_event_told_again_carries_the_same(detector: Detector) -> None:
    assert _published(detector, order=order()).headers == _published(detector, order=order()).headers


def test_a_region_without_a_gate_key_lets_nothing_out(detector: Detector) -> None:
    with pytest.raises(RefusedError, match="no gate key for the region"):
        _published(detector, gate=RegionKeys({"uk": b"\x02" * 32}), order=order())
