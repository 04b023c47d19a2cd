"""The residency policy: from a data subject's country to the region that may process the data, and its servers."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from avro_schemas.records import EventType
from streams.residency.endpoints import ModelEndpoint
from streams.residency.policy_file import PolicyError, PolicyFile, read_policy_file
from streams.settings import settings
from topics.model import REGIONS, Region

__all__ = ["NoRegionError", "PolicyError", "Residency", "read_policy", "residency"]

POLICY_FILE = Path(__file__).parent / "policy.yaml"
"""The policy that ships with Inland: it names countries and no endpoint."""


class NoRegionError(Exception):
    """No rule lets any region process the event: `rule` says which is missing, `remedy` what to do."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Residency:
    """A policy in force."""

    version: str
    """As the file states it."""
    digest: str
    """First 16 hexadecimal digits of the SHA-256 of what the file says; comments and the order of keys are no part."""
    content: PolicyFile
    folder: Path
    """Where relative files of endpoints are."""

    @property
    def regions(self) -> tuple[Region, ...]:
        """Every region, in the order of the catalogue."""
        return REGIONS

    def countries(self, region: Region) -> tuple[str, ...]:
        """Countries whose data the region processes, by code."""
        return tuple(sorted(self.content.regions[region].countries))

    def endpoints(self, region: Region) -> tuple[ModelEndpoint, ...]:
        """The region's model servers, their files absolute; none where the policy names none."""
        return tuple(endpoint.within(self.folder) for endpoint in self.content.regions[region].endpoints)

    def fallbacks(self, region: Region) -> tuple[Region, ...]:
        """Regions that may answer when none of the region's own servers does, in order; none unless stated."""
        return self.content.regions[region].fallbacks

    def region(self, event_type: EventType, country: str | None, home_country: str) -> Region:
        """The region that processes an event; NoRegionError when no rule allows any.

        `country`: the data subject's, None when the event names none. `home_country`: the shop's.
        """
        if country is not None:
            return self._of_country(country, home_country)
        if self.content.without_country[event_type] == "hold":
            raise NoRegionError(
                f"{event_type} without a country of the data subject",
                "complete the country in the shop and replay, or change without_country in the residency policy",
            )
        return self._listed(home_country)

    def _of_country(self, country: str, home_country: str) -> Region:
        # A country code is two letters; anything else may be somebody's typing: it is held, and not repeated.
        if not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise NoRegionError("no region for an unknown country", "correct the country in the shop and replay")
        if self.content.unknown_country == "home" and self._find(country) is None:
            return self._listed(home_country)
        return self._listed(country)

    def _listed(self, country: str) -> Region:
        region = self._find(country)
        if region is None:
            raise NoRegionError(f"no region for {country}", "add the country to a region of the residency policy")
        return region

    def _find(self, country: str) -> Region | None:
        return next((region for region, rules in self.content.regions.items() if country in rules.countries), None)


def read_policy(path: Path = POLICY_FILE) -> Residency:
    """Read a policy strictly; PolicyError when it is wrong."""
    content = read_policy_file(path)
    return Residency(content.version, _digest(content), content, path.absolute().parent)


def _digest(content: PolicyFile) -> str:
    told = content.model_dump(mode="json")
    for rules in told["regions"].values():
        rules["countries"].sort()
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@cache
def residency() -> Residency:
    """The policy in force: the settings' file, else the one that ships with Inland."""
    return read_policy(settings().residency_policy or POLICY_FILE)
