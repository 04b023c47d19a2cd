"""The way to one endpoint, and what must not happen on it.

No proxy, no redirect, no token but the endpoint's own key; no connection before its address has been looked at; no
answer beyond a bound; as many connections as there are calls (httpx's pool of 100 would queue in silence).
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import httpx
from huggingface_hub import set_async_client_factory

from streams.enrich.client.bounds import Bounds
from streams.enrich.client.connections import Connections
from streams.residency.addresses import Address
from streams.residency.endpoints import EndpointRefusedError, ModelEndpoint, checked_addresses


class AnswerTooLargeError(httpx.TransportError):
    """The answer is longer than the bound, or compressed, so that its length says nothing."""


class BadRequestError(httpx.HTTPError):
    """Status 400, before the library reads it.

    Some texts in one have the library leave parameters out, the grammar among them, for good and for every server.
    """


@dataclass(slots=True)
class Exchange:
    """One call on its way: where it goes, and what its answer began with. The library hides both."""

    transport: "EndpointTransport"
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)


_exchange: ContextVar[Exchange | None] = ContextVar("model_exchange", default=None)


class EndpointTransport(httpx.AsyncBaseTransport):
    """Connections to one endpoint, shared by every client of the library that is made for it."""

    def __init__(self, endpoint: ModelEndpoint, bounds: Bounds) -> None:
        """EndpointRefusedError when `ca_file` cannot be read."""
        self._bytes = bounds.answer_bytes
        self._phases = {"connect": bounds.connect_s, "read": None, "write": None, "pool": None}
        self._gate = AddressGate(endpoint, bounds.address_s)
        self._connections = Connections(_certificates(endpoint))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to one of the addresses that were found right, in their order until one takes the connection."""
        addresses = await self._gate.addresses()
        request.extensions = {**request.extensions, "timeout": self._phases}
        connection, used = self._connections.take()
        try:
            try:
                response = await _send(connection, request, addresses)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if not used:
                    raise
                # The server closed an idle connection as we took it: no answer had begun, and nothing is lost by
                # asking on a new one (RFC 9112, 9.3.1).
                await connection.aclose()
                connection = self._connections.new()
                response = await _send(connection, request, addresses)
        except BaseException:
            await self._connections.give_back(connection)
            raise
        response.stream = _Bounded(response.stream, self._bytes, request, self._connections, connection)
        if (exchange := _exchange.get()) is not None:
            exchange.status = response.status_code
            exchange.headers = dict(response.headers)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise AnswerTooLargeError("a compressed answer, which was not asked for", request=request)
        return response

    async def aclose(self) -> None:
        """Nothing: a client of the library that ends must not take the others' connections with it."""

    async def shutdown(self) -> None:
        """Let go of the connections."""
        await self._connections.close()

    @contextmanager
    def exchange(self) -> Iterator[Exchange]:
        """What happens in the block goes this way."""
        begun = Exchange(self)
        token = _exchange.set(begun)
        try:
            yield begun
        finally:
            _exchange.reset(token)


class AddressGate:
    """Where an endpoint's name leads, looked up again every few seconds by one caller for all."""

    def __init__(self, endpoint: ModelEndpoint, valid_s: float) -> None:
        self._endpoint = endpoint
        self._valid_s = valid_s
        self._looking = asyncio.Lock()
        self._until = float("-inf")
        self._found: tuple[Address, ...] = ()

    async def addresses(self) -> tuple[Address, ...]:
        """Addresses within the policy. EndpointRefusedError where one is not, OSError where the name has none."""
        if time.monotonic() >= self._until:
            async with self._looking:
                if time.monotonic() >= self._until:
                    self._found = await checked_addresses(self._endpoint)
                    self._until = time.monotonic() + self._valid_s
        return self._found


class _Bounded(httpx.AsyncByteStream):
    """An answer's bytes; its connection is free when they end."""

    def __init__(
        self,
        inner: httpx.SyncByteStream | httpx.AsyncByteStream,
        most: int,
        request: httpx.Request,
        connections: Connections,
        connection: httpx.AsyncHTTPTransport,
    ) -> None:
        assert isinstance(inner, httpx.AsyncByteStream)  # noqa: S101  # an async transport made it
        self._inner = inner
        self._most = most
        self._request = request
        self._connections = connections
        self._connection: httpx.AsyncHTTPTransport | None = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for part in self._inner:
            left -= len(part)
            if left < 0:
                raise AnswerTooLargeError(f"an answer of more than {self._most} bytes", request=self._request)
            yield part

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        try:
            await self._inner.aclose()
        finally:
            if connection is not None:
                await self._connections.give_back(connection)


async def _send(
    connection: httpx.AsyncHTTPTransport, request: httpx.Request, addresses: tuple[Address, ...]
) -> httpx.Response:
    host = request.extensions.get("sni_hostname", request.url.host)
    for number, address in enumerate(addresses, 1):
        if str(address) != host:
            # The name stays in the Host header and in the certificate's check; only the connection is pinned.
            request.extensions = {**request.extensions, "sni_hostname": host}
            request.url = request.url.copy_with(host=str(address))
        try:
            return await connection.handle_async_request(request)
        except httpx.ConnectError:
            if number == len(addresses):
                raise
    raise httpx.ConnectError("the endpoint has no address", request=request)


def client_over(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """An HTTP client that goes this way, or straight where none is given. It waits for ever: whoever calls bounds it.

    The library's own hooks are left out: they refuse every host under HF_HUB_OFFLINE.
    """
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=None,  # noqa: S113  # asyncio.timeout stands around every attempt
        headers={"accept-encoding": "identity"},
        event_hooks={"response": [_read_errors]},
    )


def install() -> None:
    """Have the library make its HTTP clients here. For the whole process; once is enough."""
    set_async_client_factory(_client)


def _client() -> httpx.AsyncClient:
    exchange = _exchange.get()
    return client_over(exchange.transport if exchange is not None else None)


async def _read_errors(response: httpx.Response) -> None:
    # The library reads an error's body later, when a stream would already be closed.
    if response.status_code == 400:
        raise BadRequestError("the server refused the request")
    if response.status_code > 400:
        await response.aread()


def _certificates(endpoint: ModelEndpoint) -> ssl.SSLContext:
    if not endpoint.secure:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # not looked at; one for all is cheaper than one a connection
    try:
        return ssl.create_default_context(cafile=endpoint.ca_file)
    except OSError as error:
        raise EndpointRefusedError(
            f"{endpoint.url}: ca_file cannot be read ({type(error).__name__})",
            "check its path, mode and that it is PEM",
        ) from None
