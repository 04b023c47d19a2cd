"""No call leaves for a place that the operator did not mean."""

import asyncio
import socket
import threading
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from streams.residency.addresses import AT_HOME, Address, classify
from streams.residency.endpoints import (
    EndpointRefusedError,
    ModelEndpoint,
    check_address,
    check_resolved,
    checked_addresses,
)
from streams.residency.resolving import Resolved


class Dns:
    """What names stand for, and who asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, list[str]] = {}
        self.alias: str | None = None
        self.asked_in: set[str] = set()
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)

    def _look_up(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked_in.add(threading.current_thread().name)
        if not self.answers.get(host):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, (self.alias or host) if number == 0 else "", (address, port))
            for number, address in enumerate(self.answers[host])
        ]


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> Dns:
    """A resolver in memory."""
    return Dns(monkeypatch)


@pytest.mark.parametrize("url", ["http://127.0.0.1:80", "http://10.1.2.3", "http://[fd00::1]", "http://100.64.0.7"])
async def test_an_address_at_home_may_be_called_in_the_clear(url: str) -> None:
    await check_address(ModelEndpoint(url=url))


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8", "https://8.8.8.8", "https://[2606:4700::1111]", "https://[::ffff:8.8.8.8]"]
)
async def test_a_public_address_that_nobody_stated_is_refused(url: str) -> None:
    with pytest.raises(EndpointRefusedError, match="a public address: name a server within your network"):
        await check_address(ModelEndpoint(url=url))


async def test_a_public_address_is_called_where_the_operator_states_it_and_encrypts() -> None:
    await check_address(ModelEndpoint(url="https://8.8.8.8", public=True))
    with pytest.raises(ValidationError, match="write https://"):
        ModelEndpoint(url="http://8.8.8.8", public=True)


@pytest.mark.parametrize(
    "host", ["0.0.0.1", "169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "[fe80::1]", "[::]"]
)
@pytest.mark.parametrize("public", [False, True])
async def test_an_address_that_is_no_servers_is_refused_whatever_is_stated(host: str, public: bool) -> None:
    with pytest.raises(EndpointRefusedError, match="link-local, metadata, unspecified or reserved"):
        await check_address(ModelEndpoint(url=f"https://{host}", public=public))


async def test_a_name_is_refused_when_any_of_its_addresses_is(dns: Dns) -> None:
    endpoint = ModelEndpoint(url="http://model.internal")
    dns.answers["model.internal"] = ["10.0.0.1", "10.0.0.2"]
    await check_address(endpoint)
    for wrong in ("8.8.8.8", "169.254.169.254", "::ffff:8.8.8.8"):
        dns.answers["model.internal"] = ["10.0.0.1", wrong]
        with pytest.raises(EndpointRefusedError, match=r"model\.internal leads to"):
            await check_address(endpoint)


async def test_a_name_that_comes_to_stand_for_another_place_is_refused_at_the_next_call(dns: Dns) -> None:
    endpoint = ModelEndpoint(url="http://model.internal")
    dns.answers["model.internal"] = ["10.0.0.1"]
    assert await checked_addresses(endpoint) == (ip_address("10.0.0.1"),)
    dns.answers["model.internal"] = ["8.8.8.8"]
    with pytest.raises(EndpointRefusedError):
        await check_address(endpoint)


async def test_a_name_of_both_kinds_may_be_called_where_public_is_stated(dns: Dns) -> None:
    dns.answers["model.example"] = ["10.0.0.1", "8.8.8.8"]
    await check_address(ModelEndpoint(url="https://model.example", public=True))


async def test_an_alias_of_a_foreign_ai_service_is_refused_though_its_address_is_private(dns: Dns) -> None:
    dns.answers["model.example"], dns.alias = ["10.0.0.1"], "shop.openai.azure.com"
    with pytest.raises(EndpointRefusedError, match="azure_openai, a foreign AI service"):
        await check_address(ModelEndpoint(url="https://model.example", public=True))


async def test_a_name_that_does_not_resolve_is_away_and_not_refused(dns: Dns) -> None:
    with pytest.raises(OSError, match="unknown"):
        await check_address(ModelEndpoint(url="http://model.internal"))


async def test_a_look_up_does_not_hold_up_other_calls(dns: Dns) -> None:
    dns.answers["model.internal"] = ["10.0.0.1"]
    await check_address(ModelEndpoint(url="http://model.internal"))
    assert threading.current_thread().name not in dns.asked_in


@pytest.mark.parametrize(
    "host",
    [
        "api.openai.com", "API.OPENAI.COM", "eu.api.openai.com", "shop.openai.azure.com", "openrouter.ai",
        "europe-west1-aiplatform.googleapis.com", "bedrock-runtime.eu-central-1.amazonaws.com", "api.mistral.ai",
    ],
)  # fmt: skip
@pytest.mark.parametrize("public", [False, True])
def test_a_foreign_ai_service_is_refused_whatever_is_stated(host: str, public: bool) -> None:
    with pytest.raises(ValidationError, match="a foreign AI service"):
        ModelEndpoint(url=f"https://{host}", public=public)


def test_names_that_only_resemble_one_are_ones_own() -> None:
    for host in ("api-openai-com.internal", "openai.internal", "api.openai.com.internal", "myapi.openai.company"):
        assert ModelEndpoint(url=f"https://{host}").host == host


def test_port_and_encryption_follow_from_the_url() -> None:
    told = [(one.host, one.port, one.secure) for one in map(_endpoint, ("http://a", "https://a", "https://[::1]:8443"))]
    assert told == [("a", 80, False), ("a", 443, True), ("[::1]", 8443, True)]


def _endpoint(url: str) -> ModelEndpoint:
    return ModelEndpoint(url=url)


addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@given(st.lists(addresses, max_size=4), st.sampled_from(["http", "https"]), st.booleans())
def test_what_passes_is_at_home_in_each_address_or_stated_and_encrypted(
    found: list[Address], scheme: str, public: bool
) -> None:
    endpoint = ModelEndpoint(url=f"{scheme}://model.internal", public=public and scheme == "https")
    classes = set(map(classify, found))
    try:
        check_resolved(endpoint, Resolved(tuple(found)))
    except EndpointRefusedError:
        assert not found or not classes <= AT_HOME
    else:
        assert found
        assert classes <= AT_HOME | ({"public"} if endpoint.public else set())


async def test_many_calls_at_once_are_each_looked_at(dns: Dns) -> None:
    dns.answers["model.internal"] = ["8.8.8.8"]
    endpoint = ModelEndpoint(url="http://model.internal")
    outcomes = await asyncio.gather(*(check_address(endpoint) for _ in range(20)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {EndpointRefusedError}
