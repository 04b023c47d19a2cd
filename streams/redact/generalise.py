"""Ways to keep only a part of a value that no longer points at one person. Pure."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_YEAR = re.compile(r"(?<!\d)(1[89]|20)\d\d(?!\d)")
_IPV4_BITS, _IPV6_BITS = 24, 48

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Length = Annotated[int, Field(ge=1, le=8)]


class _Way(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Prefix(_Way):
    """The first characters of a postcode, upper case, without spaces: its area."""

    generalise: Literal["prefix"]
    length: Length = 2
    countries: Mapping[Country, Length] = {}
    """Countries (ISO 3166-1 alpha-2) whose areas have another length."""

    def apply(self, value: str, country: str | None) -> str:
        """The area; empty for an empty value."""
        length = self.countries.get(country or "", self.length)
        return "".join(value.split()).upper()[:length]


class Year(_Way):
    """The year of a date."""

    generalise: Literal["year"]

    def apply(self, value: str, country: str | None) -> str:
        """Four digits; empty where the value names no year, or more than one."""
        years = {match.group() for match in _YEAR.finditer(value)}
        return years.pop() if len(years) == 1 else ""


class Network(_Way):
    """The network of an IP address, without its host: /24 for IPv4, /48 for IPv6."""

    generalise: Literal["network"]

    def apply(self, value: str, country: str | None) -> str:
        """In CIDR notation; empty for what is no address."""
        try:
            address = ipaddress.ip_address(value.strip())
        except ValueError:
            return ""
        # Rebuilt from their numbers: an IPv6 zone (`%eth0`) is no part of a network.
        if isinstance(address, ipaddress.IPv4Address):
            return str(ipaddress.IPv4Network((int(address), _IPV4_BITS), strict=False))
        if address.ipv4_mapped is not None:
            return str(ipaddress.IPv4Network((int(address.ipv4_mapped), _IPV4_BITS), strict=False))
        return str(ipaddress.IPv6Network((int(address), _IPV6_BITS), strict=False))


Way = Annotated[Prefix | Year | Network, Field(discriminator="generalise")]
FITS: Mapping[str, frozenset[str]] = {
    "prefix": frozenset({"postcode"}),
    "year": frozenset({"date_of_birth"}),
    "network": frozenset({"ip_address"}),
}
"""Classes that a way makes sense of."""
