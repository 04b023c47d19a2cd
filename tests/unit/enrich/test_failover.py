"""Another region's servers are asked only while none of a region's own admits calls, and in the stated order."""

import logging

import pytest

from streams.delivery.failure import UnavailableError
from streams.enrich.failover import Failover


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


async def test_closing_leaves_the_clients_to_their_regions(ch: Servers, eu: Servers) -> None:
    await Failover("ch", [ch, eu]).close()
