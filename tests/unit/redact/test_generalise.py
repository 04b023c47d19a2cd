"""What is left of a value is its area, its year or its network."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.redact.generalise import Network, Prefix, Year
from streams.redact.policy import load_policy


@pytest.mark.parametrize(
    ("code", "country", "area"),
    [
        ("1017 KG", "NL", "10"),
        (" sw1a 1aa", "GB", "SW"),
        ("D02 AF30", "IE", "D"),
        ("", "NL", ""),
        ("80331", None, "80"),
    ],
)
def test_a_postcode_is_left_with_its_area_by_country(code: str, country: str | None, area: str) -> None:
    assert load_policy().generalised("postcode", code, country) == area


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1984-03-07", "1984"),
        ("07.03.1984", "1984"),
        ("3 maart 2001", "2001"),
        ("07/03/84", ""),
        ("1984 of 1985", ""),
        ("19840307", ""),
    ],
)
def test_a_date_of_birth_is_left_with_its_year_or_nothing(date: str, year: str) -> None:
    assert Year(generalise="year").apply(date, None) == year


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (" 192.0.2.77 ", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("no address", ""),
    ],
)
def test_an_address_is_left_with_its_network_or_nothing(address: str, network: str) -> None:
    assert Network(generalise="network").apply(address, None) == network


@given(st.ip_addresses())
def test_every_address_lies_in_its_network_and_cannot_be_told_from_its_neighbours(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    network = ipaddress.ip_network(Network(generalise="network").apply(str(address), None))
    assert network.num_addresses >= 256
    mapped = getattr(address, "ipv4_mapped", None) or address
    assert mapped in network


@given(st.text(max_size=20))
def test_no_more_of_a_value_is_left_than_the_policy_says(value: str) -> None:
    # Upper case may take more characters than lower case, but the prefix is cut afterwards.
    assert len(Prefix(generalise="prefix", length=2).apply(value, "NL")) <= 2
