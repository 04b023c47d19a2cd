"""A call reaches its endpoint and nothing else, with its own key and no other."""

import asyncio
from ipaddress import ip_address
from pathlib import Path

import pytest
from huggingface_hub import constants

from streams.enrich.client import Bounds, RegionClient
from streams.residency import endpoints
from streams.residency.endpoints import EndpointRefusedError, ModelEndpoint
from streams.residency.resolving import Resolved
from tests.unit.enrich.client.answers import always, client_for, engine, request, streaming, tgi, tgi_event
from tests.unit.enrich.client.certificates import Authority
from tests.unit.enrich.client.server import Asked, ModelServer, reply, serving

TOKEN = "hf_" + "a" * 34


def shown_to(server: ModelServer) -> str:
    return repr([asked.headers for asked in [*server.asked, *server.told]])


@pytest.mark.parametrize("stream", [False, True])
async def test_no_token_of_hugging_face_is_sent(monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.setenv(name, TOKEN)
    answers = streaming(tgi_event(1, "a", "a")) if stream else always(tgi())
    async with engine(answers) as (server, client):
        assert (await client.attempt(request(stream=stream))).outcome == "answered"
    assert TOKEN not in shown_to(server)
    assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer -"}


async def test_the_endpoint_s_own_key_is_sent_and_read_again_after_a_401(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("first\n")

    async def guarded(asked: Asked, writer: asyncio.StreamWriter) -> None:
        right = asked.headers["authorization"] == "Bearer second"
        await reply(writer, tgi() if right else b"", status=200 if right else 401)

    async with engine(guarded, key=key) as (_, client):
        assert (await client.attempt(request())).error_type == "http_401"
        key.write_text("second\n")
        assert (await client.attempt(request())).outcome == "answered"


async def test_a_key_that_cannot_be_read_is_waited_for_and_nothing_is_sent(tmp_path: Path) -> None:
    async with engine(always(tgi()), key=tmp_path / "key") as (server, client):
        with pytest.raises(Exception, match="the model server of eu does not answer"):
            await client.attempt(request())
    assert server.asked == server.told == []


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(tgi())) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with engine(always(tgi())) as (_, client):
            assert (await client.attempt(request())).outcome == "answered"
    assert proxy.connections == 0


async def test_a_redirect_is_not_followed() -> None:
    async with (
        serving(always(tgi())) as elsewhere,
        engine(always(b"", 307, {"location": f"{elsewhere.url}/"})) as (_, client),
    ):
        assert (await client.attempt(request())).error_type == "redirected"
    assert elsewhere.connections == 0


async def test_offline_mode_does_not_keep_the_client_from_its_own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    async with engine(always(tgi())) as (_, client):
        assert (await client.attempt(request())).outcome == "answered"


async def test_an_idle_connection_that_the_server_closed_is_not_an_outcome() -> None:
    used: set[asyncio.StreamWriter] = set()

    async def once(_: Asked, writer: asyncio.StreamWriter) -> None:
        if writer in used:  # as if it had been closed in the moment of sending
            writer.transport.abort()
            return
        used.add(writer)
        await reply(writer, tgi())

    async with engine(once) as (server, client):
        replies = [await client.attempt(request()) for _ in range(10)]
    assert {one.outcome for one in replies} == {"answered"}
    assert len(used) == 10
    assert len(server.asked) == 19


async def test_five_hundred_calls_are_in_flight_at_once() -> None:
    arrived, all_here = 0, asyncio.Event()

    async def together(_: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == 500:
            all_here.set()
        await all_here.wait()
        await reply(writer, tgi())

    async with engine(together, bounds=Bounds(concurrency=500)) as (server, client):
        server.info["/info"] = (200, {"model_id": "small", "max_concurrent_requests": 1000})
        await client.info()
        client._replicas[0].limit._value = 500.0  # as after a while of answers
        replies = await asyncio.gather(*(client.attempt(request()) for _ in range(500)))
    assert {one.outcome for one in replies} == {"answered"}


async def test_an_address_beyond_the_policy_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def resolves(host: str, port: int) -> Resolved:
        looked.append(host)
        return Resolved((ip_address("127.0.0.1" if len(looked) == 1 else "8.8.8.8"),))

    monkeypatch.setattr(endpoints, "resolve", resolves)
    async with serving(always(tgi())) as server:
        endpoint = ModelEndpoint(url=f"http://model.internal:{server.port}")
        async with client_for(endpoint, bounds=Bounds(address_s=0.0)) as client:
            await client.info()
            got = await client.attempt(request())
        async with client_for(endpoint) as beginner:
            first = await beginner.attempt(request())
    assert (got.outcome, got.error_type) == (first.outcome, first.error_type) == ("refused", "endpoint_refused")
    assert (first.endpoint, first.model, first.may_pass) == (endpoint.url, None, True)
    assert server.asked == []


async def test_a_name_is_looked_up_once_for_all_calls_of_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def resolves(host: str, port: int) -> Resolved:
        looked.append(host)
        return Resolved((ip_address("127.0.0.1"),))

    monkeypatch.setattr(endpoints, "resolve", resolves)
    async with (
        serving(always(tgi())) as server,
        client_for(ModelEndpoint(url=f"http://model.internal:{server.port}")) as client,
    ):
        replies = await asyncio.gather(*(client.attempt(request()) for _ in range(20)))
    assert {one.outcome for one in replies} == {"answered"}
    assert looked == ["model.internal"]
    assert {asked.headers["host"] for asked in server.asked} == {f"model.internal:{server.port}"}


async def test_a_private_authority_s_certificate_is_checked(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    presents = ours.server("127.0.0.1")
    async with (
        serving(always(tgi(), headers={"connection": "close"}), presents) as server,
        client_for(ModelEndpoint(url=server.url, ca_file=ours.file)) as client,
    ):
        assert (await client.attempt(request())).outcome == "answered"
        theirs.certify(presents, "127.0.0.1")
        got = await client.attempt(request())
    assert (got.outcome, got.error_type, got.may_pass) == ("failed", "tls", True)
    assert len(server.asked) == 1


def test_an_authority_s_file_that_cannot_be_read_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("none")
    for file in ("missing.pem", "none.pem"):
        with pytest.raises(EndpointRefusedError, match="ca_file cannot be read"):
            RegionClient("eu", [ModelEndpoint(url="https://10.0.0.1", ca_file=tmp_path / file)], Bounds())
