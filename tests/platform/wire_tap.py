"""A listening server in front of the model server that keeps every byte it is sent."""

import asyncio
from types import TracebackType
from typing import Self

from infra.local.settings import HOST


class WireTap:
    """Passes each connection on to `target`, byte for byte. Use as an async context manager."""

    def __init__(self, target_port: int, port: int = 0) -> None:
        """`port`: where it listens on loopback, 0 for a free one."""
        self.port = port
        self.received = bytearray()
        """What clients have sent, of all connections, in the order of arrival."""
        self._target_port = target_port
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Root URL of the server that clients see."""
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and end every connection."""
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass_on(reader, writer))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_connection(HOST, self._target_port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._copy(reader, questions, self.received))
                both.create_task(self._copy(answers, writer, None))
        finally:
            questions.close()
            writer.close()

    @staticmethod
    async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, kept: bytearray | None) -> None:
        try:
            while some := await source.read(65_536):
                if kept is not None:
                    kept += some
                sink.write(some)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()
