"""A policy is read strictly: a fault is told with the file, the place, the rule and the remedy."""

from pathlib import Path
from typing import Any

import pytest

from streams.residency.policy_file import PolicyError, read_policy_file
from tests.unit.residency.policies import SERVER, Change, with_servers, written


def _set(*path: str, value: object) -> Change:
    def change(policy: dict[str, Any]) -> None:
        *before, last = path
        for key in before:
            policy = policy[key]
        policy[last] = value

    return change


def _without(*path: str) -> Change:
    def change(policy: dict[str, Any]) -> None:
        *before, last = path
        for key in before:
            policy = policy[key]
        del policy[last]

    return change


def _rename(region: str, old: str, new: str) -> Change:
    def change(policy: dict[str, Any]) -> None:
        rules = policy["regions"][region]
        rules[new] = rules.pop(old)

    return change


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        (_rename("eu", "countries", "contries"), "regions.eu.contries", "did you mean `countries`"),
        (_set("regions", "eu", "fallback", value=["uk"]), "regions.eu.fallback", "did you mean `fallbacks`"),
        (_set("unknown_countries", value="home"), "unknown_countries", "did you mean `unknown_country`"),
        (with_servers({**SERVER, "pubic": True}), "regions.eu.endpoints[0].pubic", "did you mean `public`"),
        (with_servers({**SERVER, "zone": 1}), "regions.eu.endpoints[0].zone", "write one of url, engine"),
        (_set("regions", "mars", value={"countries": ["GB"]}), "regions.mars", "'eu', 'uk' or 'ch'"),
        (_without("regions", "ch"), "file", "regions lacks ch"),
        (_without("version"), "version", "missing"),
        (_set("version", value=2), "version", "in quotes"),
        (_without("without_country", "product_deleted"), "file", "no rule for product_deleted"),
        (_set("without_country", "order_vanished", value="home"), "without_country.order_vanished", "not a value"),
        (_set("without_country", "order_placed", value="anywhere"), "without_country.order_placed", "'hold' or 'home'"),
        (_set("unknown_country", value="us"), "unknown_country", "'hold' or 'home'"),
        (_set("regions", "uk", "countries", value=["GB", "DE"]), "file", "DE named twice"),
        (_set("regions", "uk", "countries", value=["GB", "GB"]), "file", "GB named twice"),
        (_set("regions", "uk", "countries", value=["gb"]), "regions.uk.countries[0]", "two capital letters"),
        (_set("regions", "uk", "countries", value=[False]), "regions.uk.countries[0]", '"NO" in quotes'),
        (_set("regions", "uk", "countries", value=[]), "regions.uk.countries", "at least 1"),
        (_set("regions", "uk", "fallbacks", value=["us"]), "regions.uk.fallbacks[0]", "'eu', 'uk' or 'ch'"),
        (_set("regions", "uk", "fallbacks", value=["uk"]), "file", "circle"),
        (with_servers(SERVER, {**SERVER, "engine": "vllm"}), "regions.eu", "stands twice"),
        (with_servers({**SERVER, "engine": "vllm"}), "regions.eu", "asks for a model"),
        (with_servers({**SERVER, "engine": "ollama"}), "regions.eu.endpoints[0].engine", "'tgi', 'vllm'"),
        (with_servers({**SERVER, "public": "yes"}), "regions.eu.endpoints[0].public", "boolean"),
        (with_servers({**SERVER, "public": True}), "regions.eu.endpoints[0]", "write https://"),
        (with_servers({**SERVER, "ca_file": "ca.pem"}), "regions.eu.endpoints[0]", "ca_file is for https"),
        (with_servers({"url": "https://api.openai.com"}), "regions.eu.endpoints[0]", "openai, a foreign AI service"),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, change: Change, place: str, told: str) -> None:
    path = written(tmp_path, change)
    with pytest.raises(PolicyError) as refused:
        read_policy_file(path)
    text = str(refused.value)
    assert text.startswith(f"residency policy {path}: ")
    assert f"{place}: " in text
    assert told in text


def test_fallbacks_that_lead_in_a_circle_are_refused_with_the_circle(tmp_path: Path) -> None:
    def change(policy: dict[str, Any]) -> None:
        for region, fallback in (("eu", "uk"), ("uk", "ch"), ("ch", "eu")):
            policy["regions"][region]["fallbacks"] = [fallback]

    with pytest.raises(PolicyError, match=r"circle, \w\w to \w\w to \w\w to \w\w: take one"):
        read_policy_file(written(tmp_path, change))


def test_a_chain_of_fallbacks_is_no_circle(tmp_path: Path) -> None:
    def change(policy: dict[str, Any]) -> None:
        policy["regions"]["eu"]["fallbacks"] = ["uk", "ch"]
        policy["regions"]["uk"]["fallbacks"] = ["ch"]

    assert read_policy_file(written(tmp_path, change)).regions["eu"].fallbacks == ("uk", "ch")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    def change(policy: dict[str, Any]) -> None:
        with_servers({"url": "ftp://m"}, {"url": "http://m/v1"})(policy)
        policy["colour"] = "blue"

    with pytest.raises(PolicyError, match=r"endpoints\[0\]\.url.*endpoints\[1\]\.url.*colour"):
        read_policy_file(written(tmp_path, change))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: '1'\nversion: '2'\n", "line 1.*version stands twice"),
        ("regions: [\n", "line 2"),
        ("- eu\n", "file: "),
        ("", "file: "),
        ("version: '1'\nregions: {eu: &a [*a]}\n", "regions"),
        ("? [eu]\n: 1\n", "residency policy"),
    ],
)
def test_what_is_no_policy_at_all_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "residency.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=told):
        read_policy_file(path)


def test_bytes_that_are_no_text_and_files_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "residency.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="UTF-8"):
        read_policy_file(path)
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(PolicyError, match="is it the right file"):
        read_policy_file(path)


def test_a_password_in_a_url_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refused:
        read_policy_file(written(tmp_path, with_servers({"url": "http://anouk:geheim@10.0.0.1"})))
    assert "geheim" not in str(refused.value)
    assert "api_key_file" in str(refused.value)
