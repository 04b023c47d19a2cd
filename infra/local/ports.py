"""Loopback ports: is one free, and a message that names the setting when it is not."""

import contextlib
import socket
from collections.abc import Iterable

from infra.local.component import Component
from infra.local.settings import HOST, PORT_FIELDS, variable_of


class PortTakenError(RuntimeError):
    """Another process listens on a port the platform needs."""


def is_free(port: int) -> bool:
    """True when a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def require_free(components: Iterable[Component]) -> None:
    """Raise PortTakenError naming every taken port, who wants it, and the variable that moves it."""
    taken = [(c.name, use) for c in components for use in c.ports if not is_free(use.number)]
    if taken:
        lines = [
            f"port {use.number} for {name} is taken: set {variable_of(use.field)} to a free one" for name, use in taken
        ]
        raise PortTakenError("\n".join(lines))


def free_ports() -> dict[str, int]:
    """A free port for each port setting, for a platform beside others; all are held open together while choosing."""
    with contextlib.ExitStack() as stack:
        chosen: dict[str, int] = {}
        for field in PORT_FIELDS:
            held = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            held.bind((HOST, 0))
            chosen[field] = held.getsockname()[1]
        return chosen
