"""No rule, no processing."""

from pathlib import Path

import pytest

from streams.residency import policy
from streams.residency.policy import NoRegionError, PolicyError, read_policy, residency

POLICY = Path(policy.__file__).parent / "policy.yaml"


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


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("uk: [GB]", "uk: [GB, DE]"), "two regions"),
        (("  product_deleted: home\n", ""), "no rule for product_deleted"),
        (("uk: [GB]", "mars: [GB]"), "mars"),
        (('version: "1"', 'version: "1"\nfallback: us'), "fallback"),
        (('"NO"', "NO"), "regions.eu"),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, change: tuple[str, str], rule: str) -> None:
    text = POLICY.read_text(encoding="utf-8")
    path = tmp_path / "policy.yaml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(PolicyError, match=rule):
        read_policy(path)
