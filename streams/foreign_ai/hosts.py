"""Whether a host belongs to a foreign AI service. Pure."""

import re
from functools import cache

from streams.foreign_ai.services import services


def service_at(host: str) -> str | None:
    """Name of the service that a host is of, by the data file's `hosts`; None for any other.

    `host`: as DNS names it, in any case, with or without its closing dot. Where the file names a path as well, the
    whole host counts: an endpoint has no path.
    """
    named = host.lower().removesuffix(".")
    return next((service for service, pattern in _hosts() if pattern.fullmatch(named)), None)


@cache
def _hosts() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    known = services().services.items()
    return tuple((name, _pattern(glob)) for name, service in known for glob in service.hosts)


def _pattern(glob: str) -> "re.Pattern[str]":
    host = glob.partition("/")[0]
    fixed = re.escape(host.removeprefix("*")).replace(r"\*", "[a-z0-9-]+")
    before = ".+" if host.startswith("*.") else ".*" if host.startswith("*") else r"(?:.+\.)?"
    return re.compile(before + fixed)
