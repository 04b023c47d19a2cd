"""What a name stands for at this moment, as the system resolves it."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address

from streams.residency.addresses import Address


@dataclass(frozen=True, slots=True)
class Resolved:
    """Every address of a host, and the names that it is an alias of."""

    addresses: tuple[Address, ...]
    names: tuple[str, ...] = ()


def resolve(host: str, port: int) -> Resolved:
    """Look a name up; blocks. OSError where it has no address or nobody answers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
    addresses = tuple(dict.fromkeys(ip_address(where[0]) for *_, where in found))
    return Resolved(addresses, tuple(name for _, _, _, name, _ in found if name))
