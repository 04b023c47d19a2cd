"""A look at every model server that a policy names, before anything is sent: by whoever starts, and by whoever asks."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from streams.residency.addresses import AddressClass, classify
from streams.residency.endpoints import EndpointRefusedError, ModelEndpoint, look_up
from streams.residency.policy import Residency
from streams.settings import secret
from topics.model import Region

Verdict = Literal["fit", "away", "refused"]
"""`away`: its name has no address at this moment, which may pass; `refused`: no call may leave for it."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One endpoint; `rule` and `remedy` are empty where it is fit."""

    region: Region
    endpoint: ModelEndpoint
    verdict: Verdict
    classes: tuple[AddressClass, ...] = ()
    """Of the addresses that its host stands for now, each once."""
    rule: str = ""
    remedy: str = ""


def examine(policy: Residency) -> list[Examined]:
    """Every endpoint, by region; blocks while names are looked up."""
    return [_look(region, endpoint) for region in policy.regions for endpoint in policy.endpoints(region)]


def _look(region: Region, endpoint: ModelEndpoint) -> Examined:
    try:
        classes = tuple(dict.fromkeys(map(classify, look_up(endpoint))))
    except EndpointRefusedError as error:
        return Examined(region, endpoint, "refused", rule=error.rule, remedy=error.remedy)
    except OSError:
        remedy = "see that DNS knows it from here; the region's events wait meanwhile"
        return Examined(region, endpoint, "away", rule=f"{endpoint.host} does not resolve", remedy=remedy)
    for rule in _faults_of_files(endpoint):
        return Examined(region, endpoint, "refused", classes, rule, "write the file, or mend its path and mode")
    return Examined(region, endpoint, "fit", classes)


def _faults_of_files(endpoint: ModelEndpoint) -> Iterator[str]:
    if endpoint.api_key_file is not None:
        try:
            if not secret(endpoint.api_key_file).strip():
                yield f"the key's file {endpoint.api_key_file} is empty"
        except ValueError:
            yield f"the key's file {endpoint.api_key_file} cannot be read"
    if endpoint.ca_file is not None:
        try:
            ssl.create_default_context(cafile=str(endpoint.ca_file))
        except OSError:  # of which ssl's errors are
            yield f"{endpoint.ca_file} cannot be read or holds no certificate in PEM"
