"""Bad input is answered by kind, with an error and a remedy, and nothing of it stands in a log."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from streams.sources.gateway import connection
from streams.sources.gateway.signature import sign
from tests.unit.sources.gateway.stand import BODY_LIMIT, SECRET, Stand, signed, standing

CANARY = "Kjaer-4711"
BODY = b'{"id":26,"name":"%s"}' % CANARY.encode()


@pytest.fixture(autouse=True)
def nothing_received_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Holds for every test here."""
    with caplog.at_level("DEBUG"):
        yield
    assert CANARY not in caplog.text
    for record in caplog.records:
        assert CANARY not in repr(record.__dict__)


@pytest.mark.parametrize(
    ("headers", "status", "outcome"),
    [
        ({"X_WC_Webhook_Signature": ""}, 401, "bad_signature"),
        ({"X_WC_Webhook_Signature": "AAAA"}, 401, "bad_signature"),
        ({"X_WC_Webhook_Signature": "no base64 ~"}, 401, "bad_signature"),
        ({"X_WC_Webhook_Signature": "é" * 44}, 401, "bad_signature"),
        ({"X_WC_Webhook_Signature": sign(BODY, b"another")}, 401, "bad_signature"),
        ({"X_WC_Webhook_Signature": sign(BODY, SECRET) + "\t="}, 401, "bad_signature"),
        ({"X_WC_Webhook_Topic": "coffee.brewed"}, 400, "unknown_topic"),
        ({"X_WC_Webhook_Topic": ""}, 400, "unknown_topic"),
        ({"X_WC_Webhook_Topic": "action."}, 400, "unknown_topic"),
        ({"X_WC_Webhook_Topic": "action.Drop Table"}, 400, "unknown_topic"),
        ({"X_WC_Webhook_Topic": "action." + "a" * 129}, 400, "unknown_topic"),
        ({"X_WC_Webhook_Topic": "order.updated.twice"}, 400, "unknown_topic"),
        ({"X_WC_Webhook_ID": ""}, 400, "bad_header"),
        ({"X_WC_Webhook_ID": "-1"}, 400, "bad_header"),
        ({"X_WC_Webhook_ID": "1_0"}, 400, "bad_header"),
        ({"X_WC_Webhook_ID": "٣"}, 400, "bad_header"),
        ({"X_WC_Webhook_ID": str(2**63)}, 400, "bad_header"),
        ({"X_WC_Webhook_ID": "9" * 4000}, 400, "bad_header"),
        ({"X_WC_Webhook_Delivery_ID": "a" * 65}, 400, "bad_header"),
        ({"X_WC_Webhook_Delivery_ID": CANARY + "!"}, 400, "bad_header"),
        ({"Content_Type": "text/plain"}, 415, "content_type"),
        ({"Content_Type": "application/json; charset=iso-8859-1"}, 415, "content_type"),
        ({"Content_Type": "application/json; charset=utf-16"}, 415, "content_type"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415, "content_type"),
        ({"Content_Encoding": "gzip"}, 415, "content_encoding"),
        ({"Content_Encoding": "br, gzip"}, 415, "content_encoding"),
    ],
)
async def test_a_wrong_header_is_refused(stand: Stand, headers: dict[str, str], status: int, outcome: str) -> None:
    answer = await stand.post(BODY, **headers)
    assert (answer[0], answer[1]["error"]) == (status, outcome)
    assert answer[1]["remedy"]
    assert CANARY not in str(answer)
    assert stand.broker.kept == []


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=UTF-8", "Application/JSON;charset=utf8"]
)
async def test_json_in_utf_8_is_taken_however_it_is_named(stand: Stand, kind: str) -> None:
    assert (await stand.post(BODY, Content_Type=kind))[0] == 200


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"id":26,"name":"' + CANARY.encode(), "malformed_json"),
        (b'{"id":26,"id":27,"name":"%s"}' % CANARY.encode(), "repeated_key"),
        (b'{"name":"%s"}' % CANARY.encode(), "no_id"),
        (b'{"id":0}', "no_id"),
        (b'{"id":-26}', "no_id"),
        (b'{"id":true}', "no_id"),
        (b'{"id":26.5}', "no_id"),
        (b'{"id":"026"}', "no_id"),
        (b'{"id":" 26"}', "no_id"),
        (b'{"id":"-26"}', "no_id"),
        (b'{"id":"9223372036854775808"}', "no_id"),
        ('{"id":"٣"}'.encode(), "no_id"),
        (b'{"id":9223372036854775808}', "no_id"),
        (b'{"id":1e30}', "no_id"),
        (b"[" * 10_000, "too_deep"),
        (b'{"id":1,"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too_deep"),
        (b"webhook_id=5", "malformed_json"),
    ],
)
async def test_a_signed_body_that_is_no_resource_is_400(stand: Stand, body: bytes, outcome: str) -> None:
    status, answer = await stand.post(body)
    assert (status, answer["error"]) == (400, outcome)
    assert stand.broker.kept == []


async def test_an_action_without_its_name_is_400(stand: Stand) -> None:
    assert (await stand.post(b'{"arg":1}', "action.x"))[1]["error"] == "no_action"


@pytest.mark.parametrize(
    "body", [b"webhook_id=", b"webhook_id=x", b"webhook_id=5&a=b", b"webhook_id=" + b"9" * 60, b""]
)
async def test_what_only_looks_like_a_ping_is_a_request_without_signature(stand: Stand, body: bytes) -> None:
    assert (await stand.send(body, {}))[0] == 401


async def test_the_signature_is_over_the_raw_bytes(stand: Stand) -> None:
    assert (await stand.send(b'{"id": 26}', signed(b'{"id":26}')))[0] == 401


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        ("X-WC-Webhook-Signature: AAAA", "repeated_header"),
        ("x-wc-webhook-topic: order.deleted", "repeated_header"),
        ("X-WC-WEBHOOK-ID: 2", "repeated_header"),
        ("X-WC-Webhook-Delivery-ID: 2", "repeated_header"),
        ("Content-Type: application/json", "malformed_request"),
    ],
)
async def test_a_header_that_decides_and_stands_twice_is_refused(stand: Stand, header: str, outcome: str) -> None:
    answer = await stand.raw(_head(f"Content-Length: {len(BODY)}", "Connection: close", header) + BODY)
    assert _status(answer) == 400
    assert f'"{outcome}"'.encode() in answer
    assert stand.broker.kept == []


async def test_an_oversized_body_is_refused_before_it_is_read(stand: Stand) -> None:
    head = _head(f"Content-Length: {10 * BODY_LIMIT}")
    answer = await stand.raw(head, patience_s=0.2)  # not a byte of the body is ever sent
    assert _status(answer) == 413
    assert b'"too_large"' in answer


async def test_an_oversized_chunked_body_is_refused_when_it_passes_the_limit(stand: Stand) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    assert (await stand.send(endless(), signed(b"")))[1]["error"] == "too_large"


async def test_a_chunked_body_is_a_body(stand: Stand) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield BODY[:5]
        yield BODY[5:]

    assert (await stand.send(chunks(), signed(BODY)))[0] == 200
    assert stand.broker.bodies() == [BODY]


async def test_a_packed_bomb_is_never_unpacked(stand: Stand) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    headers = {**signed(bomb), "Content-Encoding": "gzip"}
    assert (await stand.send(bomb, headers))[1]["error"] == "content_encoding"


async def test_a_truncated_body_leaves_nothing_behind(stand: Stand) -> None:
    await stand.raw(_head(f"Content-Length: {len(BODY) + 10}") + BODY, end=True)
    assert stand.broker.kept == []
    await stand.until_waiting(0)
    assert "inland_webhook_held_bytes 0.0" in (await stand.get("/metrics"))[1]


async def test_a_broken_chunk_is_400(stand: Stand) -> None:
    answer = await stand.raw(_head("Transfer-Encoding: chunked") + b'5\r\n{"id"\r\nzz\r\n')
    assert _status(answer) == 400
    assert stand.broker.kept == []


async def test_who_asks_before_sending_a_body_is_told_to_go_on(stand: Stand) -> None:
    assert (await stand.post(BODY, Expect="100-continue"))[0] == 200
    assert stand.broker.bodies() == [BODY]


async def test_another_expectation_is_417_and_not_quoted(stand: Stand) -> None:
    answer = await stand.raw(_head(f"Content-Length: {len(BODY)}", f"Expect: {CANARY}") + BODY)
    assert _status(answer) == 417
    assert CANARY.encode() not in answer


async def test_a_slow_body_is_408(stand: Stand) -> None:
    answer = await stand.raw(_head("Content-Length: 100") + b"{", patience_s=0.5)
    assert _status(answer) == 408
    assert b'"slow_body"' in answer


@pytest.mark.parametrize(
    "smuggled",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "X-Name: a\r\n b: folded",
        "X-Na me: a",
        "X-Name: a\x00b",
        f"X-{CANARY}",
    ],
)
async def test_an_ambiguous_request_is_400_and_ends_the_connection(stand: Stand, smuggled: str) -> None:
    answer = await stand.raw(_head(smuggled) + b"0\r\n\r\n" + _head("Content-Length: 0"))
    assert _status(answer) == 400
    assert answer.count(b"\r\nContent-Length: ") == 1
    assert b'"error": "malformed_request"' in answer
    assert stand.broker.kept == []


@pytest.mark.parametrize(
    "head",
    [
        f"POST /webhooks/{CANARY}{'x' * 9000} HTTP/1.1\r\nHost: a\r\n\r\n",
        f"POST /webhooks/demo HTTP/1.1\r\nHost: a\r\nX-A: {CANARY}{'x' * 9000}\r\n\r\n",
        "POST /webhooks/demo HTTP/1.1\r\nHost: a\r\n" + f"X-A: {CANARY}\r\n" * 200 + "\r\n",
    ],
)
async def test_a_head_over_the_bounds_is_431(stand: Stand, head: str) -> None:
    answer = await stand.raw(head.encode())
    assert _status(answer) == 431
    assert b'"head_too_large"' in answer


@pytest.mark.parametrize("noise", [f"{CANARY}\r\n\r\n", f"\x16\x03\x01{CANARY}\r\n\r\n"])
async def test_what_is_no_http_is_400(stand: Stand, noise: str) -> None:
    assert _status(await stand.raw(noise.encode())) == 400


@pytest.mark.parametrize(
    ("request_", "status", "outcome"),
    [
        ("GET /webhooks/demo", 405, "method_not_allowed"),
        ("POST /metrics", 405, "method_not_allowed"),
        ("POST /", 404, "unknown_path"),
        ("POST /webhooks", 404, "unknown_path"),
        (f"POST /webhooks/{CANARY}", 404, "unknown_shop"),
        ("POST /webhooks/..%2f..%2fdemo", 404, "unknown_shop"),
    ],
)
async def test_another_path_or_method_is_told_where_to_go(
    stand: Stand, request_: str, status: int, outcome: str
) -> None:
    answer = await stand.raw(f"{request_} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert _status(answer) == status
    assert f'"{outcome}"'.encode() in answer


@pytest.mark.parametrize("start", [b"", b"POST /webhooks/demo HTTP/1.1\r\nHost: a\r\nX-A: "])
async def test_who_opens_a_connection_and_never_finishes_a_head_is_cut_off(
    stand: Stand, start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_HEAD_S", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
    writer.write(start)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    assert 'outcome="slow_head"' in (await stand.get("/metrics"))[1]


async def test_over_the_bound_a_connection_is_told_so_at_once(shops_file: Path) -> None:
    async with standing(shops_file, connections=3) as stand:
        await stand.client.close()
        held = [await asyncio.open_connection("127.0.0.1", stand.port) for _ in range(3)]
        await asyncio.sleep(0)
        answer = await stand.raw(b"")
        assert _status(answer) == 503
        assert b"connections_full" in answer
        body = answer.split(b"\r\n\r\n")[1]
        assert b"Content-Length: %d\r\n" % len(body) in answer
        for _, writer in held:
            writer.close()


def _status(answer: bytes) -> int:
    assert answer.startswith((b"HTTP/1.1 ", b"HTTP/1.0 "))  # aiohttp answers 1.0 to what it cannot read
    return int(answer[9:12])


def _head(*lines: str) -> bytes:
    more = "".join(f"{line}\r\n" for line in lines)
    own = "".join(f"{name}: {value}\r\n" for name, value in signed(BODY).items())
    return f"POST /webhooks/demo HTTP/1.1\r\nHost: a\r\n{own}{more}\r\n".encode()
