"""No rule, no processing."""

from pathlib import Path
from typing import Any

import pytest

from streams.residency.policy import NoRegionError, PolicyError, read_policy, residency
from tests.unit.residency.policies import SERVER, Change, with_servers, written


@pytest.mark.parametrize(("country", "region"), [("NL", "eu"), ("NO", "eu"), ("GB", "uk"), ("CH", "ch")])
def test_the_customers_country_picks_the_region(country: str, region: str) -> None:
    assert residency().region("order_updated", country, "NL") == region


def test_a_country_without_a_region_is_refused_even_where_the_shop_has_one() -> None:
    with pytest.raises(NoRegionError, match="no region for US"):
        residency().region("order_updated", "US", "NL")


def test_a_country_that_is_none_is_not_repeated() -> None:
    with pytest.raises(NoRegionError, match="an unknown country"):
        residency().region("order_updated", "Maria Muster", "NL")


def test_an_order_without_a_country_is_held() -> None:
    with pytest.raises(NoRegionError, match="without a country"):
        residency().region("order_updated", None, "NL")


def test_a_product_goes_where_the_shop_is_at_home() -> None:
    assert residency().region("product_updated", None, "CH") == "ch"


def _home(policy: dict[str, Any]) -> None:
    policy["unknown_country"] = "home"


def test_unknown_countries_go_home_where_the_policy_says_so_and_known_ones_do_not(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, _home))
    assert policy.region("order_updated", "US", "GB") == "uk"
    assert policy.region("order_updated", "CH", "GB") == "ch"


@pytest.mark.parametrize(("country", "home"), [("Maria Muster", "NL"), ("", "NL"), ("US", "US")])
def test_what_is_no_country_or_has_no_home_is_held_all_the_same(tmp_path: Path, country: str, home: str) -> None:
    with pytest.raises(NoRegionError):
        read_policy(written(tmp_path, _home)).region("order_updated", country, home)


def test_the_policy_that_ships_names_no_server_and_no_fallback() -> None:
    assert {residency().endpoints(region) for region in residency().regions} == {()}
    assert {residency().fallbacks(region) for region in residency().regions} == {()}


def test_relative_files_are_in_the_policys_folder_and_absolute_ones_where_they_say(tmp_path: Path) -> None:
    server = {"url": "https://m.internal", "api_key_file": "keys/eu", "ca_file": "/etc/ssl/ours.pem"}
    (endpoint,) = read_policy(written(tmp_path, with_servers(server))).endpoints("eu")
    assert endpoint.api_key_file == tmp_path / "keys" / "eu"
    assert endpoint.ca_file == Path("/etc/ssl/ours.pem")


def _reordered(policy: dict[str, Any]) -> None:
    policy["regions"] = dict(reversed(policy["regions"].items()))
    policy["regions"]["eu"]["countries"].reverse()


def test_the_digest_is_of_what_the_file_says_and_not_of_how(tmp_path: Path) -> None:
    before = residency()
    again = read_policy(written(tmp_path, _reordered))
    assert again.digest == before.digest
    assert len(before.digest) == 16
    int(before.digest, 16)


@pytest.mark.parametrize(
    "change",
    [
        _home,
        with_servers(SERVER),
        with_servers({**SERVER, "engine": "llama.cpp"}),
        with_servers({**SERVER, "api_key_file": "k"}),
        lambda policy: policy["regions"]["uk"].update(fallbacks=["ch"]),
        lambda policy: policy["regions"]["uk"]["countries"].append("JE"),
        lambda policy: policy["without_country"].update(order_updated="home"),
        lambda policy: policy.update(version="3"),
    ],
)
def test_every_change_of_meaning_changes_the_digest(tmp_path: Path, change: Change) -> None:
    assert read_policy(written(tmp_path, change)).digest != residency().digest


def test_the_digest_does_not_depend_on_where_the_file_lies(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    server = with_servers({**SERVER, "api_key_file": "k"})
    first, second = (read_policy(written(tmp_path / name, server)) for name in "ab")
    assert first.digest == second.digest
    assert first.endpoints("eu") != second.endpoints("eu")


def test_a_policy_that_is_not_there_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="INLAND_RESIDENCY_POLICY"):
        read_policy(tmp_path / "none.yaml")
