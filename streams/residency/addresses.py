"""What kind of place an IP address is, and how a host may be written so that nobody can read it otherwise. Pure.

Sources: IANA's registries of special-purpose addresses (RFC 6890), RFC 1918, RFC 4193, RFC 6598, RFC 6052.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

Address = IPv4Address | IPv6Address
AddressClass = Literal["loopback", "private", "shared", "public", "refused"]
"""`private`: RFC 1918 and unique local; `shared`: RFC 6598, carrier-grade NAT; `refused`: never a model server's."""

AT_HOME: Final[frozenset[AddressClass]] = frozenset({"loopback", "private", "shared"})
"""Classes that no route of the Internet leads to."""


def _networks(*written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, written))


_CLASSES: tuple[tuple[AddressClass, tuple[IPv4Network | IPv6Network, ...]], ...] = (
    # Where clouds tell a machine its credentials (AWS, Google, Azure, Alibaba, Oracle); link-local ones fall below.
    ("refused", _networks("fd00:ec2::254", "fd20:ce::254", "168.63.129.16", "100.100.100.200", "192.0.0.0/24")),
    ("loopback", _networks("127.0.0.0/8", "::1")),
    ("private", _networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
    ("shared", _networks("100.64.0.0/10")),
    # Forms of IPv6 that were given up, or that mean another thing in each network.
    ("refused", _networks("::/96", "fec0::/10", "64:ff9b:1::/48")),
)
_NAT64 = IPv6Network("64:ff9b::/96")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def classify(address: Address) -> AddressClass:
    """The class of an address; `refused` what is neither known nor global: link-local, 0.0.0.0, multicast."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return classify(address.ipv4_mapped)
        if (carried := _carried(address)) is not None:
            # A tunnel or translator stands between: whatever it carries is reached through the Internet.
            return "public" if classify(carried) == "public" else "refused"
        if address.scope_id is not None:
            return "refused"
    for name, networks in _CLASSES:
        if any(address.version == network.version and address in network for network in networks):
            return name
    return "public" if address.is_global and not address.is_multicast else "refused"


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address within one of NAT64, 6to4 or Teredo."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    return address.teredo[1] if address.teredo is not None else None


def read_host(host: str) -> Address | str:
    """An address, or a name to resolve. ValueError says rule and remedy where it can be read in more than one way.

    `host`: as a URL has it, IPv6 in brackets.
    """
    if host.startswith("[") and host.endswith("]"):
        return _address(host[1:-1])
    if not host.isascii():
        raise ValueError("the host has letters beyond ASCII: write its name as DNS has it, `xn--…`")
    name = host.lower()
    if name.endswith("."):
        raise ValueError("the host ends with a dot: leave it out")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        # inet_aton reads 127.1, 0177.0.0.1, 0x7f000001 and 2130706433 as addresses too; resolvers differ.
        return _address(name)
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("the host is no name that DNS knows: letters, digits, hyphens and dots alone")
    return name


def _address(text: str) -> Address:
    try:
        found = ip_address(text)
    except ValueError:
        raise ValueError("the host is no IP address in its usual form: write 192.0.2.7 or [2001:db8::7]") from None
    if isinstance(found, IPv6Address) and found.scope_id is not None:
        raise ValueError("the host names an interface (%): a model server needs an address that is no link's own")
    return found
