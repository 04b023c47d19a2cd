"""The residency policy: from a data subject's country to the region that may process the data."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from avro_schemas.records import EventType
from topics.model import Region

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
_FILE = Path(__file__).parent / "policy.yaml"


class NoRegionError(Exception):
    """No rule lets any region process the event: `rule` says which is missing, `remedy` what to do."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy


class PolicyError(ValueError):
    """The policy file is wrong; the message names file and rule."""


class Residency(BaseModel):
    """A policy, validated: every country in one region at most, a rule for every kind of event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    regions: dict[Region, list[Country]]
    without_country: dict[EventType, Literal["home", "hold"]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        countries = [country for listed in self.regions.values() for country in listed]
        if double := sorted({country for country in countries if countries.count(country) > 1}):
            raise ValueError(f"{', '.join(double)} stand in two regions: data has one home")
        if missing := sorted(set(get_args(EventType)) - set(self.without_country)):
            raise ValueError(f"without_country has no rule for {', '.join(missing)}")
        if missing := sorted(set(get_args(Region)) - set(self.regions)):
            raise ValueError(f"regions lacks {', '.join(missing)}")
        return self

    def region(self, event_type: EventType, country: str | None, home_country: str) -> Region:
        """The region that processes an event; NoRegionError when no rule allows any.

        `country`: the data subject's, None when the event names none. `home_country`: the shop's.
        """
        if country is not None:
            return self._region_of(country)
        if self.without_country[event_type] == "hold":
            raise NoRegionError(
                f"{event_type} without a country of the data subject",
                "complete the country in the shop and replay, or change without_country in the residency policy",
            )
        return self._region_of(home_country)

    def _region_of(self, country: str) -> Region:
        for region, countries in self.regions.items():
            if country in countries:
                return region
        # A country code is two letters; anything else may be somebody's typing and is not repeated.
        named = country if len(country) == 2 and country.isascii() and country.isalpha() else "an unknown country"
        raise NoRegionError(f"no region for {named}", "add the country to a region of the residency policy")


def read_policy(path: Path = _FILE) -> Residency:
    """Read a policy strictly; PolicyError when it is wrong."""
    try:
        return Residency.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise PolicyError(f"residency policy {path.name}: {error}") from None


@cache
def residency() -> Residency:
    """The policy in force."""
    return read_policy()
