"""A violation is published with a fingerprint, once an identity, whatever else becomes of the row; the key nowhere."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent, PolicyViolation
from streams.clock import from_ms
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import Overlay
from streams.redact.pseudonym import RegionKeys
from streams.redact.stage import RedactStage, Waits
from streams.redact.violations import Violations
from streams.residency.policy import residency
from streams.sources.shops import Shop
from streams.sources.versions.pace import Pace
from tests.fixtures.samples import AT
from tests.unit.sources.made_up import KEYS

CODEC = Codec({"policy_violation": 1}, lambda _: "")
KEY, OTHER = KEYS["openai", "project_key"], KEYS["anthropic", "api_key"]
SHOPS = {
    name: Shop(id=name, home_country=country, source_url="https://shop.example", secret_files=())
    for name, country in (("demo", "NL"), ("swiss", "CH"), ("far", "US"))
}


def _option(value: str, offset: int = 1, shop: str = "demo", row_id: int = 7, op: str = "c") -> Message:
    source = {"name": shop, "table": "wp_options", "ts_ms": 1795400421000, "file": "b", "pos": offset, "row": 0}
    row = {"option_id": row_id, "option_name": "ai_settings", "option_value": value}
    envelope: dict[str, Any] = {"op": op, "source": source, "before": None, "after": row}
    if op == "d":
        envelope |= {"before": row, "after": None}
    return Message("shop.cdc.changes", 0, offset, b"7", json.dumps(envelope).encode(), AT)


class _Publisher:
    """The change of the option itself is published elsewhere."""

    def redact(self, event: CapturedEvent, *_: object) -> CapturedEvent:
        return event

    def encode(self, *_: object) -> list[Output]:
        return []


def _stage(violations: Violations) -> RedactStage:
    return RedactStage(CODEC, _Publisher(), violations, Waits(Pace(), timedelta(hours=1)))  # type: ignore[arg-type]


async def _published(*messages: Message, key: bytes = b"\x01" * 32) -> list[Output]:
    keys = RegionKeys({"eu": key, "ch": b"\x03" * 32})
    stage = _stage(Violations(SHOPS, residency(), keys, CODEC))
    overlay = Overlay({})
    return [output for message in messages for output in await stage.process(message, overlay)]


def _decoded(output: Output) -> PolicyViolation:
    record: PolicyViolation = CODEC.decode("policy_violation", output.value)
    return record


async def test_an_option_with_a_key_is_published_with_what_finds_it_again() -> None:
    (output,) = await _published(_option(f'{{"openai":"{KEY}"}}', offset=5))
    assert (output.topic, output.key) == ("policy.violations", b"demo/options/7")
    record = _decoded(output)
    assert (record["service"], record["kind"], record["rule"]) == ("openai", "api_key", "project_key")
    assert (record["table"], record["row_id"], record["name"]) == ("options", 7, "ai_settings")
    assert (record["source_topic"], record["source_partition"], record["source_offset"]) == ("shop.cdc.changes", 0, 5)
    assert (record["shop_id"], record["region"]) == ("demo", "eu")
    assert record["captured_at"] == from_ms(1795400421000)


async def test_the_key_stands_in_no_part_of_the_record() -> None:
    (output,) = await _published(_option(KEY))
    whole = (output.value or b"") + (output.key or b"")
    assert KEY.encode() not in whole
    assert not [part for part in (KEY[8:40], KEY[-20:]) if part.encode() in whole]


async def test_the_same_key_saved_again_has_the_same_identity_and_another_key_another() -> None:
    first, again, other, elsewhere = [
        _decoded(output)
        for output in await _published(
            _option(KEY), _option(f"saved again: {KEY}", offset=2, op="u"), _option(OTHER, 3), _option(KEY, 4, row_id=8)
        )
    ]
    assert first["violation_id"] == again["violation_id"]
    assert len({first["violation_id"], other["violation_id"], elsewhere["violation_id"]}) == 3
    assert first["fingerprint"] == elsewhere["fingerprint"] != other["fingerprint"]


async def test_the_fingerprint_is_keyed_by_the_region_of_the_shops_home_country() -> None:
    (here,), (swiss,) = await _published(_option(KEY)), await _published(_option(KEY, shop="swiss"))
    (rekeyed,) = await _published(_option(KEY), key=b"\x09" * 32)
    found = [_decoded(output) for output in (here, swiss, rekeyed)]
    assert [record["region"] for record in found] == ["eu", "ch", "eu"]
    assert len({record["fingerprint"] for record in found}) == 3


async def test_what_takes_the_key_out_raises_nothing() -> None:
    assert not await _published(_option("", op="u"), _option(KEY, op="d"), _option("http://tgi:8080/v1"))


@pytest.mark.parametrize(
    ("shop", "rule"), [("nobody", "shops file does not name"), ("far", "residency: no region for US")]
)
async def test_a_shop_without_a_region_is_refused_by_rule_and_the_key_stays_unsaid(
    shop: str, rule: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(RefusedError, match=rule) as refused:
        await _published(_option(KEY, shop=shop))
    assert KEY not in str(refused.value) + caplog.text


async def test_a_region_without_a_key_is_refused() -> None:
    violations = Violations(SHOPS, residency(), RegionKeys({}), CODEC)
    stage = _stage(violations)
    with pytest.raises(RefusedError, match="no key for the fingerprint"):
        await stage.process(_option(KEY), Overlay({}))
