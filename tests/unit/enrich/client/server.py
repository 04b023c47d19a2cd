"""A model server on loopback that answers as a test tells it, rightly or wrongly, and keeps what it was asked."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

INFO = {"model_id": "small", "model_sha": "sha-1", "max_concurrent_requests": 64, "version": "3.3.7"}
_REASONS = {200: "OK"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class ModelServer:
    """`behaviour` answers what generates; `info` what it says of itself, as (status, JSON) by path."""

    behaviour: Behaviour
    info: dict[str, tuple[int, Any]] = field(default_factory=lambda: {"/info": (200, INFO)})
    asked: list[Asked] = field(default_factory=list)
    told: list[Asked] = field(default_factory=list)
    port: int = 0
    secure: bool = False
    connections: int = 0

    @property
    def url(self) -> str:
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (asked := await _read(reader)) is not None:
                if asked.method == "GET":
                    self.told.append(asked)
                    status, told = self.info.get(asked.path, (404, {}))
                    # So that a test of connections sees a new one for what generates.
                    await reply(writer, told, status=status, headers={"connection": "close"})
                    writer.close()
                else:
                    self.asked.append(asked)
                    await self.behaviour(asked, writer)
                if writer.is_closing():
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[ModelServer]:
    """A server on a free port; its connections end with it."""
    model = ModelServer(behaviour, secure=tls is not None)
    tasks: set[asyncio.Task[None]] = set()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            tasks.add(task)
        # A task that ends as cancelled has asyncio's streams complain.
        with suppress(asyncio.CancelledError):
            await model.serve(reader, writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0, ssl=tls, backlog=1024)
    model.port = server.sockets[0].getsockname()[1]
    try:
        yield model
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def reply(
    writer: asyncio.StreamWriter, body: Any, *, status: int = 200, headers: dict[str, str] | None = None
) -> None:
    """An answer as it should be. `body`: bytes as they are, anything else as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(sent)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"HTTP/1.1 {status} {_REASONS.get(status, 'No')}\r\n{head}\r\n".encode() + sent)
    await writer.drain()


async def events(writer: asyncio.StreamWriter, *sent: Any, whole: bool = True, prefix: str = "data: ") -> None:
    """A stream of server-sent events; not `whole`: the connection is closed in the midst of it."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for event in sent:
        text = f"{prefix}{event if isinstance(event, str) else json.dumps(event)}\n\n".encode()
        writer.write(f"{len(text):x}\r\n".encode() + text + b"\r\n")
        await writer.drain()
    if whole:
        writer.write(b"0\r\n\r\n")
    else:
        writer.close()
    await writer.drain()
