"""Whatever comes, the gateway answers by its rules: never another 5xx than 503, never a word of it in a log.

`HYPOTHESIS_PROFILE=wide` draws new and many more requests than the gate.
"""

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from avro_schemas.records import WooDelivery
from streams.sources.gateway.check import check
from streams.sources.gateway.rejected import Rejected
from streams.sources.gateway.signature import sign
from streams.sources.shops import Shop
from tests.fixtures.samples import AT, deliveries
from tests.unit.sources.gateway.stand import SECRET, Stand, signed, standing, write_shops

CANARY = "Kjaer-4711"
WIDE = settings.get_current_profile_name() == "wide"
NAMES = st.sampled_from(
    [
        *signed(b"{}"),
        "Content-Encoding",
        "Transfer-Encoding",
        "Content-Length",
        "Expect",
        "Connection",
        "Upgrade",
        "Host",
    ]
)
VALUES = st.sampled_from(
    ["", "0", "-1", "9" * 30, "gzip", "chunked", "100-continue", "close", "order.deleted", "action.x", "coupon.created",
     "application/json", "text/plain; charset=utf-16", CANARY, "websocket", "identity", "\u00e9", "a" * 5000]
)  # fmt: skip
CHANGES = st.lists(st.tuples(NAMES, VALUES | st.just(CANARY) | st.text(max_size=12)), max_size=3)
REAL = st.sampled_from([delivery.body for delivery in deliveries() if delivery.topic])
JSON_LIKE = st.text(st.sampled_from('{}[]":,1eE-.idactonrg \\u0\n'), max_size=40).map(str.encode)
OBJECTS = st.builds(
    lambda id_, more: b'{"id":%s,"action":"x","arg":%s,"name":"%s"%s}' % (id_, id_, CANARY.encode(), more),
    st.sampled_from([b"1", b"0", b"-1", b"1.5", b"null", b"true", b'"1"', b"[]", b"9" * 25, b"1e9"]),
    st.sampled_from([b"", b',"id":2', b',"x":"\\":"', b',"x" :1', b',"x":{"a":1,"a":1}', b',"x":"\xff"']),
)
BODIES = REAL | JSON_LIKE | OBJECTS | st.binary(max_size=60) | st.just(b"webhook_id=5")
TOPICS = st.sampled_from(["order.updated", "coupon.deleted", "action.x", "order.x", ""])


def _shop(folder: Path) -> Shop:
    (folder / "secret").write_bytes(SECRET)
    return Shop("demo", "NL", "", (folder / "secret",))


@given(BODIES, TOPICS, CHANGES, st.booleans())
@settings(max_examples=20_000 if WIDE else 300)
def test_what_is_checked_is_the_bytes_received_or_a_refusal_that_quotes_nothing(
    body: bytes, topic: str, changes: list[tuple[str, str]], wrong: bool
) -> None:
    headers = CIMultiDict(signed(body, topic))
    headers.extend(changes)
    if wrong:
        headers["X-WC-Webhook-Signature"] = sign(body, b"another")
    found: WooDelivery | Rejected
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = check(_shop(Path(folder)), headers, body, AT)
        except Rejected as rejected:
            found = rejected
    if isinstance(found, Rejected):
        assert found.status in {400, 401, 415}
        assert CANARY not in f"{found!r} {found.remedy}"
        return
    assert not wrong
    assert found["body"] == body
    assert 0 <= found["resource_id"] < 2**63
    assert 0 <= found["webhook_id"] < 2**63


class Kept(logging.Handler):
    """Every log record of the process, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(f"{record.getMessage()} {record.__dict__!r} {self.format(record)}")


@contextmanager
def _logs() -> Iterator[Kept]:
    kept, root = Kept(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    try:
        yield kept
    finally:
        root.removeHandler(kept)
        root.setLevel(level)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[asyncio.Runner, Stand]]:
    """A gateway on a loop of its own, so that one serves all examples."""
    with asyncio.Runner() as runner:
        context = standing(write_shops(tmp_path, demo=SECRET.decode()), read_timeout_s=0.05, remembered=10_000)
        stand = runner.run(context.__aenter__())
        try:
            yield runner, stand
        finally:
            runner.run(context.__aexit__(None, None, None))


def _statuses(answer: bytes) -> list[int]:
    """Statuses of all answers on one connection; their bodies hold no line that begins like one."""
    lines = answer.split(b"\r\n")
    return [int(line.split(b" ")[1]) for line in lines if line.startswith((b"HTTP/1.0 ", b"HTTP/1.1 ", b"HTTP/0."))]


def _request(body: bytes, topic: str, changes: list[tuple[str, str]], cut: float) -> bytes:
    headers = CIMultiDict({"Host": "a", "Content-Length": str(len(body)), "Connection": "close", **signed(body, topic)})
    headers.extend(changes)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    whole = f"POST /webhooks/demo HTTP/1.1\r\n{lines}\r\n".encode(errors="replace") + body
    return whole[: int(len(whole) * cut)]


def test_every_request_has_one_of_the_answers_and_every_200_its_record(
    running: tuple[asyncio.Runner, Stand],
) -> None:
    runner, stand = running

    @given(BODIES, TOPICS, CHANGES, st.sampled_from([1.0, 1.0, 1.0, 0.9, 0.5]))
    @settings(max_examples=5_000 if WIDE else 150, deadline=None)
    def holds(body: bytes, topic: str, changes: list[tuple[str, str]], cut: float) -> None:
        before = len(stand.broker.kept)
        with _logs() as logs:
            request = _request(body, topic, changes, cut)
            answer = runner.run(stand.raw(request, end=cut < 1.0, patience_s=0.2))
        statuses = _statuses(answer)
        assert all(status < 500 or status == 503 for status in statuses)
        assert all(status != 503 for status in statuses), "nothing is wrong with the broker"
        assert CANARY not in answer.decode(errors="replace")
        assert CANARY not in "".join(logs.text)
        written = stand.broker.bodies()[before:]
        assert all(one == body for one in written)
        accepted = statuses.count(200)
        if accepted > len(written):  # a ping, or a repetition of what is kept
            assert body == b"webhook_id=5" or body in stand.broker.bodies()

    holds()
    assert stand.broker.kept


def test_bytes_that_are_no_http_end_in_a_refusal(running: tuple[asyncio.Runner, Stand]) -> None:
    runner, stand = running
    token = st.sampled_from([b"POST ", b"/webhooks/demo", b" HTTP/1.1", b"\r\n", b"\n", b":", b" ", b"Host: a", b"\x00",
                             b"Content-Length: 9", b"Transfer-Encoding: chunked", b"GET", CANARY.encode()])  # fmt: skip

    @given(st.lists(token | st.binary(max_size=8), max_size=12).map(b"".join))
    @settings(max_examples=5_000 if WIDE else 100, deadline=None)
    def holds(noise: bytes) -> None:
        with _logs() as logs:
            answer = runner.run(stand.raw(noise, end=True))
        assert all(400 <= status < 500 for status in _statuses(answer))
        assert CANARY not in "".join(logs.text)

    holds()
    assert stand.broker.kept == []
