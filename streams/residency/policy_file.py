"""The residency policy as it is written: what the file may say, and what is told where it says something else."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from avro_schemas.records import EventType
from streams.residency.endpoints import ModelEndpoint
from topics.model import REGIONS, Region
from topics.unique_keys import load_yaml

Unknown = Literal["hold", "home"]
_LARGEST_BYTES = 1_000_000


class PolicyError(ValueError):
    """The policy file is wrong; the message names the file, and for each fault the place, the rule and the remedy."""


def _country(value: object) -> object:
    # YAML 1.1 reads NO as false: Norway.
    if isinstance(value, bool):
        raise ValueError('YAML reads a bare NO, ON or YES as a truth value: write "NO" in quotes')
    return value


Country = Annotated[str, BeforeValidator(_country), Field(pattern=r"^[A-Z]{2}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class RegionRules(_Strict):
    """One region."""

    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    endpoints: tuple[ModelEndpoint, ...] = ()
    fallbacks: tuple[Region, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        urls = [endpoint.url for endpoint in self.endpoints]
        if double := _twice(urls):
            raise ValueError(f"endpoint {double[0]} stands twice: leave one out")
        for endpoint in self.endpoints:
            if endpoint.engine in ("vllm", "sglang") and endpoint.model is None:
                raise ValueError(f"endpoint {endpoint.url}: {endpoint.engine} asks for a model: add `model`")
        return self


class PolicyFile(_Strict):
    """A whole file, validated: every country in one region at most, a rule for every kind of event, no circle."""

    version: Annotated[str, Field(min_length=1, max_length=64)]
    regions: dict[Region, RegionRules]
    unknown_country: Unknown = "hold"
    without_country: dict[EventType, Unknown]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if faults := [*_missing(self), *_countries(self), *_circles(self)]:
            raise ValueError("; ".join(faults))
        return self


def _missing(policy: PolicyFile) -> Iterator[str]:
    if regions := [region for region in REGIONS if region not in policy.regions]:
        yield f"regions lacks {', '.join(regions)}: name their countries"
    if events := sorted(set(get_args(EventType)) - set(policy.without_country)):
        yield f"without_country has no rule for {', '.join(events)}: write hold or home"


def _countries(policy: PolicyFile) -> Iterator[str]:
    if double := _twice(country for rules in policy.regions.values() for country in rules.countries):
        yield f"{', '.join(double)} named twice: data has one home, leave the country in one region"


def _circles(policy: PolicyFile) -> Iterator[str]:
    """Fallbacks of fallbacks are not followed; a circle still says that somebody meant something else."""
    try:
        TopologicalSorter({region: rules.fallbacks for region, rules in policy.regions.items()}).prepare()
    except CycleError as error:
        yield f"fallbacks lead in a circle, {' to '.join(error.args[1])}: take one of them out"


def _twice(values: Iterable[str]) -> list[str]:
    listed = list(values)
    return sorted({value for value in listed if listed.count(value) > 1})


def read_policy_file(path: Path) -> PolicyFile:
    """Read a file strictly; PolicyError when it is wrong."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise PolicyError(f"residency policy {path}: larger than {_LARGEST_BYTES} bytes: is it the right file?")
        return PolicyFile.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = "; ".join(_told(one) for one in error.errors(include_url=False, include_input=False))
        raise PolicyError(f"residency policy {path}: {faults}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise PolicyError(f"residency policy {path}: {where}: {error.problem}: mend the YAML there") from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise PolicyError(f"residency policy {path}: it is no YAML in UTF-8: mend or replace the file") from None
    except OSError as error:
        told = f"cannot be read ({type(error).__name__}): check INLAND_RESIDENCY_POLICY and the file's mode"
        raise PolicyError(f"residency policy {path}: {told}") from None


_KEYS: dict[str, tuple[str, ...]] = {
    "file": tuple(PolicyFile.model_fields),
    "region": tuple(RegionRules.model_fields),
    "endpoint": tuple(ModelEndpoint.model_fields),
}


def _told(one: ErrorDetails) -> str:
    """A fault as `place: rule: remedy`."""
    place = [part for part in one["loc"] if part != "[key]"]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "file"
    match one["type"]:
        case "value_error":
            return f"{where}: {one['msg'].removeprefix('Value error, ')}"
        case "extra_forbidden":
            return f"{where}: no such key: {_meant(place)}"
        case "missing":
            return f"{where}: missing: add it"
        case "literal_error":
            return f"{where}: not a value that is known: write {one['ctx']['expected']}"
        case "string_pattern_mismatch":
            return f"{where}: no country code: write two capital letters, ISO 3166-1 alpha-2"
        case "string_type":
            return f"{where}: no text: put it in quotes"
        case _:
            return f"{where}: {one['msg']}: correct it"


def _meant(place: list[Any]) -> str:
    kind = "file" if len(place) == 1 else "region" if len(place) == 3 else "endpoint"
    close = get_close_matches(str(place[-1]), _KEYS[kind], n=1)
    return f"did you mean `{close[0]}`?" if close else f"write one of {', '.join(_KEYS[kind])}"
