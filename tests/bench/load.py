"""`python -m tests.bench.load`: posts recorded deliveries over open connections, and prints what came back as JSON.

Requests are put together beforehand and answers are looked at only as far as needed, so that the generator costs a
fraction of any server under test. An answer other than 200 ends it.
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import orjson

from infra.local.settings import HOST
from streams.sources.gateway.signature import sign
from tests.fixtures.samples import Delivery, deliveries

_WEBHOOK_ID = b"1000000000"
"""In every request, and replaced by a number of its own in each that is sent: a repetition would be no work."""
_OK = b"HTTP/1.1 200 "
_END = b"\r\n\r\n"
_OWN_HEADERS = frozenset({"host", "content-length", "connection", "x-wc-webhook-signature", "x-wc-webhook-id"})


@dataclass(frozen=True, slots=True)
class Load:
    """What one run brought: seconds from the first request to the last answer, and each answer's milliseconds."""

    requests: int
    seconds: float
    latencies_ms: list[float]


def request(delivery: Delivery, path: str, port: int, secret: bytes) -> bytes:
    """The bytes of a POST on a connection that stays open, signed anew."""
    kept = [(name, value) for name, value in delivery.headers.items() if name.lower() not in _OWN_HEADERS]
    own = [("Host", f"{HOST}:{port}"), ("Content-Length", str(len(delivery.body)))]
    signature = ("X-WC-Webhook-Signature", sign(delivery.body, secret))
    headers = [*own, ("X-WC-Webhook-ID", _WEBHOOK_ID.decode()), *kept, signature]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + delivery.body


class Connection(asyncio.Protocol):
    """Posts one request after the other until the deadline; `over` holds the answers' times in milliseconds."""

    def __init__(self, requests: Sequence[bytes], first: int, until: float, numbers: Iterator[int]) -> None:
        """`numbers`: webhook ids that nobody has used before."""
        self.over: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self._requests, self._next, self._until, self._numbers = requests, first, until, numbers
        self._times: list[float] = []
        self._answer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take an answer, which has no body, and send the next request."""
        self._answer += data
        if not self._answer.startswith(_OK) and len(self._answer) >= len(_OK):
            return self._end(RuntimeError(self._answer.decode(errors="replace")))
        if not self._answer.endswith(_END):
            return None
        now = time.perf_counter()
        self._times.append((now - self._sent) * 1000)
        self._answer = b""
        return self._send() if now < self._until else self._end(None)

    def connection_lost(self, error: Exception | None) -> None:
        """An end that was not ours is an error."""
        self._end(error or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        self._next = (self._next + 1) % len(self._requests)
        self._sent = time.perf_counter()
        self._transport.write(self._requests[self._next].replace(_WEBHOOK_ID, b"%d" % next(self._numbers), 1))

    def _end(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(error) if error else self.over.set_result(self._times)
            self._transport.close()


async def load(requests: Sequence[bytes], port: int, connections: int, seconds: float) -> Load:
    """Keep `connections` requests under way for `seconds`."""
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    numbers = itertools.count(time.time_ns() // 1000)  # ten digits would not do: other runs have used theirs

    def one(number: int) -> Connection:
        return Connection(requests, number, begun + seconds, numbers)

    opened = [await loop.create_connection(partial(one, number), HOST, port) for number in range(connections)]
    times = await asyncio.gather(*(connection.over for _, connection in opened))
    every = [one for some in times for one in some]
    return Load(len(every), time.perf_counter() - begun, every)


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    secret = given.secret_file.read_bytes().strip()
    requests = [request(one, given.path, given.port, secret) for one in deliveries() if one.topic]
    print(orjson.dumps(asdict(asyncio.run(load(requests, given.port, given.connections, given.seconds)))).decode())


if __name__ == "__main__":
    main()
