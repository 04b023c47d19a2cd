"""A model server that a residency policy names, and what keeps a call from leaving for anywhere else."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from streams.foreign_ai.hosts import service_at
from streams.residency.addresses import Address, classify, read_host
from streams.residency.resolving import Resolved, resolve
from streams.residency.server_url import host_of, root

Engine = Literal["tgi", "vllm", "sglang", "llama.cpp"]


class EndpointRefusedError(Exception):
    """A call to an endpoint is not allowed: `rule` says why, `remedy` what to do."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy


class ModelEndpoint(BaseModel):
    """One model server of one region."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, Field(max_length=300), AfterValidator(root)]
    """Root of the server, http(s)://host[:port]."""
    engine: Engine = "tgi"
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Name of the model in the OpenAI routes, for engines that ask for it."""
    api_key_file: Path | None = None
    """Holds the bearer key; absolute, or relative to the policy file."""
    ca_file: Path | None = None
    """PEM with the certificates that https is checked against; without it those that the system trusts."""
    public: StrictBool = False
    """The operator states that this address is public on purpose."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (service := service_at(self.host)) is not None:
            raise ValueError(f"the host belongs to {service}, a foreign AI service: name a server of your own")
        if self.public and not self.secure:
            raise ValueError("a public address without encryption: write https://, or leave `public` out")
        if self.ca_file is not None and not self.secure:
            raise ValueError("ca_file is for https: write https://, or leave it out")
        return self

    @property
    def host(self) -> str:
        """Address or name, in small letters; IPv6 in brackets."""
        return host_of(self.url)

    @property
    def port(self) -> int:
        """TCP port."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def secure(self) -> bool:
        """Whether calls are encrypted."""
        return self.url.startswith("https://")

    def within(self, folder: Path) -> "ModelEndpoint":
        """The same endpoint, its relative files taken as in `folder`."""
        files: dict[str, Any] = {
            name: folder / path for name in ("api_key_file", "ca_file") if (path := getattr(self, name)) is not None
        }
        return self.model_copy(update=files)


async def check_address(endpoint: ModelEndpoint) -> None:
    """Whether a call may leave for the endpoint now; EndpointRefusedError where it may not.

    OSError where the name does not resolve: then the server is away, and nothing can leave. An address costs nothing,
    a name one look-up in a thread.
    """
    await checked_addresses(endpoint)


async def checked_addresses(endpoint: ModelEndpoint) -> tuple[Address, ...]:
    """As check_address; the addresses that were found right, for who connects to exactly these."""
    where = read_host(endpoint.host)
    if isinstance(where, str):
        return await asyncio.to_thread(look_up, endpoint)
    return look_up(endpoint)


def look_up(endpoint: ModelEndpoint) -> tuple[Address, ...]:
    """As checked_addresses; blocks while a name is looked up."""
    where = read_host(endpoint.host)
    found = resolve(where, endpoint.port) if isinstance(where, str) else Resolved((where,))
    check_resolved(endpoint, found)
    return found.addresses


def check_resolved(endpoint: ModelEndpoint, found: Resolved) -> None:
    """The rule behind check_address. Pure."""
    for name in (endpoint.host, *found.names):
        if (service := service_at(name)) is not None:
            raise EndpointRefusedError(
                f"{endpoint.url} is {name}, a host of {service}, a foreign AI service", "name a server of your own"
            )
    if not found.addresses:
        raise EndpointRefusedError(f"{endpoint.url} has no address", "give its name an address, or name another server")
    for address in found.addresses:
        match classify(address):
            case "refused":
                raise EndpointRefusedError(
                    f"{endpoint.url} leads to {address}: link-local, metadata, unspecified or reserved",
                    "mend the name's DNS record, or name the address of a model server",
                )
            case "public" if not endpoint.public:
                raise EndpointRefusedError(
                    f"{endpoint.url} leads to {address}, a public address",
                    "name a server within your network, or state `public: true` (with https) for it in the policy",
                )
            case "public" if not endpoint.secure:
                raise EndpointRefusedError(f"{endpoint.url} is public and not encrypted", "write https://")
            case _:
                pass
