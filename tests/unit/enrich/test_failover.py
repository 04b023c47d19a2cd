"""Another region's servers are asked only while none of a region's own admits calls, and in the stated order."""

import logging
from pathlib import Path
from typing import Any

import pytest

from streams.delivery.failure import UnavailableError
from streams.enrich.failover import Failover, serving
from streams.residency.endpoints import ModelEndpoint
from streams.residency.policy import Residency, read_policy
from tests.unit.residency.policies import with_servers, written


class Servers:
    """One region's client, in memory."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.away = False
        self.asked: list[str] = []

    async def info(self) -> str:
        if self.away:
            raise UnavailableError(self.region)
        return f"model of {self.region}"

    async def attempt(self, request: str) -> str:
        if self.away:
            raise UnavailableError(self.region)
        self.asked.append(request)
        return f"{self.region}: {request}"

    async def close(self) -> None:
        raise AssertionError("the client belongs to its region")


@pytest.fixture
def ch() -> Servers:
    """The region's own."""
    return Servers("ch")


@pytest.fixture
def eu() -> Servers:
    """Its first fallback."""
    return Servers("eu")


@pytest.fixture
def uk() -> Servers:
    """Its second fallback."""
    return Servers("uk")


async def test_while_its_own_servers_answer_no_other_is_asked(ch: Servers, eu: Servers) -> None:
    client = Failover("ch", [ch, eu])
    assert await client.attempt("a") == "ch: a"
    assert await client.info() == "model of ch"
    assert eu.asked == []


async def test_a_fallback_answers_while_they_are_away_and_no_longer(ch: Servers, eu: Servers, uk: Servers) -> None:
    client = Failover("ch", [ch, eu, uk])
    ch.away = True
    assert await client.attempt("a") == "eu: a"
    assert await client.info() == "model of eu"
    eu.away = True
    assert await client.attempt("b") == "uk: b"
    ch.away = False
    assert await client.attempt("c") == "ch: c"
    assert (eu.asked, uk.asked) == (["a"], ["b"])


async def test_when_all_are_away_the_region_is(ch: Servers, eu: Servers) -> None:
    ch.away = eu.away = True
    for call in (Failover("ch", [ch, eu]).attempt("a"), Failover("ch", [ch, eu]).info()):
        with pytest.raises(UnavailableError, match="of ch and of its fallbacks"):
            await call


async def test_a_change_of_place_is_logged_once_and_not_at_every_call(
    ch: Servers, eu: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    client = Failover("ch", [ch, eu])
    ch.away = True
    for request in "abc":
        await client.attempt(request)
    ch.away = False
    await client.attempt("d")
    assert [record.__dict__["answered_by"] for record in caplog.records] == ["eu", "ch"]


def _policy(folder: Path, fallbacks: dict[str, list[str]], *regions: str) -> Residency:
    def change(policy: dict[str, Any]) -> None:
        for region in regions:
            with_servers({"url": f"http://{region}.internal"}, region=region)(policy)
        for region, stated in fallbacks.items():
            policy["regions"][region]["fallbacks"] = stated

    return read_policy(written(folder, change))


def _made(region: str, endpoints: tuple[ModelEndpoint, ...]) -> Servers:
    assert [endpoint.host for endpoint in endpoints] == [f"{region}.internal"]
    return Servers(region)


async def test_without_a_stated_fallback_each_region_has_its_own_servers_alone(tmp_path: Path) -> None:
    served = serving(_policy(tmp_path, {}, "eu", "uk"), _made)
    assert {region: type(client) for region, client in served.items()} == {"eu": Servers, "uk": Servers}
    assert [await client.attempt("a") for client in served.values()] == ["eu: a", "uk: a"]


async def test_a_stated_fallback_stands_in_for_that_region_alone_and_is_the_other_regions_own_client(
    tmp_path: Path,
) -> None:
    served = serving(_policy(tmp_path, {"ch": ["eu"]}, "eu", "uk", "ch"), _made)
    assert [type(served[region]) for region in ("eu", "uk", "ch")] == [Servers, Servers, Failover]
    assert await served["ch"].attempt("a") == "ch: a"
    at_eu = served["eu"]
    assert isinstance(at_eu, Servers)
    at_eu.away = True
    with pytest.raises(UnavailableError):
        await served["eu"].attempt("b")


async def test_a_region_without_servers_is_answered_by_its_fallback_or_not_served(tmp_path: Path) -> None:
    served = serving(_policy(tmp_path, {"ch": ["uk", "eu"]}, "eu"), _made)
    assert set(served) == {"eu", "ch"}
    assert await served["ch"].attempt("a") == "eu: a"
    at_eu = served["eu"]
    assert isinstance(at_eu, Servers)
    assert at_eu.asked == ["a"]


async def test_closing_leaves_the_clients_to_their_regions(ch: Servers, eu: Servers) -> None:
    await Failover("ch", [ch, eu]).close()
