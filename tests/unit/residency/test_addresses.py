"""Which addresses no route of the Internet leads to."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.residency.addresses import AT_HOME, Address, AddressClass, classify, read_host


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("172.32.0.1", "public"),
        ("192.168.1.1", "private"),
        ("fd12:3456::1", "private"),
        ("100.64.0.1", "shared"),
        ("100.127.255.255", "shared"),
        ("100.128.0.1", "public"),
        ("8.8.8.8", "public"),
        ("2606:4700::1111", "public"),
        # Written through IPv6.
        ("::ffff:10.0.0.1", "private"),
        ("::ffff:8.8.8.8", "public"),
        ("::ffff:169.254.169.254", "refused"),
        ("::ffff:0.0.0.0", "refused"),
        ("64:ff9b::8.8.8.8", "public"),
        ("64:ff9b::10.0.0.1", "refused"),
        ("64:ff9b:1::1", "refused"),
        ("2002:0808:0808::1", "public"),
        ("2002:0a00:0001::1", "refused"),
        ("::8.8.8.8", "refused"),
        ("::127.0.0.1", "refused"),
        # Nobody's.
        ("0.0.0.0", "refused"),  # noqa: S104
        ("0.1.2.3", "refused"),
        ("::", "refused"),
        ("255.255.255.255", "refused"),
        ("240.0.0.1", "refused"),
        ("224.0.0.1", "refused"),
        ("ff02::1", "refused"),
        ("192.0.2.1", "refused"),
        ("198.18.0.1", "refused"),
        ("2001:db8::1", "refused"),
        ("fec0::1", "refused"),
        ("169.254.1.1", "refused"),
        ("fe80::1", "refused"),
        ("fe80::1%eth0", "refused"),
        ("fd00::1%eth0", "refused"),
        # Metadata of clouds.
        ("169.254.169.254", "refused"),
        ("fd00:ec2::254", "refused"),
        ("fd20:ce::254", "refused"),
        ("100.100.100.200", "refused"),
        ("168.63.129.16", "refused"),
        ("192.0.0.192", "refused"),
    ],
)
def test_each_block_has_its_class(address: str, expected: AddressClass) -> None:
    assert classify(ip_address(address)) == expected


addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@given(addresses)
def test_nothing_that_the_internet_routes_is_taken_for_home(address: Address) -> None:
    found = classify(address)
    if address.is_global and not (isinstance(address, IPv6Address) and address.ipv4_mapped):
        assert found not in AT_HOME
    if found == "public":
        assert address.is_global or (isinstance(address, IPv6Address) and address.ipv4_mapped)


@given(st.ip_addresses(v=4))
def test_an_address_within_an_ipv6_one_is_no_more_at_home_than_alone(address: IPv4Address) -> None:
    assert classify(IPv6Address(f"::ffff:{address}")) == classify(address)
    for written in (f"64:ff9b::{address}", f"::{address}"):
        found = classify(ip_address(written))
        assert found not in AT_HOME or written in ("::0.0.0.1",)


@pytest.mark.parametrize("host", ["10.0.0.1", "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "[fd00::1]"])
def test_an_address_is_read_as_one(host: str) -> None:
    assert read_host(host) == ip_address(host.strip("[]"))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "model",
        "model-eu.internal",
        "model_eu",
        "xn--mnchen-3ya.example",
        "1model.example",
        "10.0.0.1.example",
    ],
)
def test_a_name_stays_a_name(host: str) -> None:
    assert read_host(host) == host


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1", "010.0.0.1", "10.0.0.256", "10.0.0.0x1",
        "1.2.3.4.5", "model.1", "model.0x", "[10.0.0.1]x", "[::1", "::1]", "[]", "[fe80::1%eth0]", "[fd00::1%25eth0]",
        "localhost.", "10.0.0.1.", "api.openai.com.", "", ".", "a..b", "-a.example", "a-.example", "a" * 64,
        "a." * 130 + "a",         "münchen.example", "ａｐｉ.openai.com", "api。openai.com", "api.openai.com\u200b",
        "model eu", "model/eu",
        "user@model", "model:80", "mod%65l", "model\n", "١٢٧.0.0.1",
    ],
)  # fmt: skip
def test_what_two_programs_could_read_differently_is_refused_with_a_remedy(host: str) -> None:
    with pytest.raises(ValueError, match=": "):
        read_host(host)


@given(st.text(max_size=40))
def test_any_text_is_an_address_a_name_or_refused(host: str) -> None:
    try:
        found = read_host(host)
    except ValueError as error:
        assert ": " in str(error)  # noqa: PT017  # most texts are refused
        return
    assert host.isascii()
    assert not isinstance(found, str) or found == host.lower()


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_no_number_is_ever_a_host(number: int) -> None:
    for host in (str(number), hex(number), oct(number).replace("0o", "0")):
        with pytest.raises(ValueError, match="usual form"):
            read_host(host)
