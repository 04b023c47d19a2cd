"""A running model server, and how tests speak to it and judge its answers by TGI's contract."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema

ROOT = Path(__file__).parents[3]
CONTRACT = json.loads((Path(__file__).parents[1] / "tgi_openapi.json").read_text(encoding="utf-8"))
KEY = "a-key-for-tests"
PROMPT = "The capital of France is"
LABELS: dict[str, Any] = {"type": "object", "properties": {"label": {"enum": ["good", "bad"]}}, "required": ["label"]}
ENDLESS = {"inputs": "One, two, three, four,", "parameters": {"max_new_tokens": 1500, "repetition_penalty": 1.2}}


@dataclass(frozen=True)
class Server:
    """A running model server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def running(directory: Path, *options: str) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = directory / "model.log"
    command = [sys.executable, "-m", "infra.local.model", "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        asyncio.run(_until_healthy(server))
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


async def _until_healthy(server: Server) -> None:
    deadline = time.monotonic() + 60
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            assert server.process.poll() is None, server.log.read_text()
            try:
                async with http.get(f"{server.url}/health") as response:
                    assert response.status in {200, 503}
                    if response.status == 200:
                        assert await response.read() == b""
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"not healthy within 60 s: {server.log.read_text()}")


async def post(http: aiohttp.ClientSession, path: str, body: Mapping[str, Any]) -> tuple[int, Any, Mapping[str, str]]:
    async with http.post(path, json=body) as response:
        return response.status, await response.json(), response.headers


async def events(http: aiohttp.ClientSession, path: str, body: Mapping[str, Any]) -> list[Any]:
    async with http.post(path, json=body) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        blocks = (await response.text()).strip().split("\n\n")
    return [
        data if data == "[DONE]" else json.loads(data) for data in (block.removeprefix("data: ") for block in blocks)
    ]


def conforms(value: Any, path: str, method: str = "post", status: int = 200, kind: str = "application/json") -> None:
    """Check `value` against the contract's schema of a route's response."""
    schema = CONTRACT["paths"][path][method]["responses"][str(status)]["content"][kind]["schema"]
    matches(value, schema)


def matches(value: Any, schema: Any) -> None:
    whole = _nullable({"components": CONTRACT["components"], **schema})
    jsonschema.Draft202012Validator(whole).validate(value)


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema says `anyOf: [..., {type: null}]`."""
    if isinstance(node, list):
        return [_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _nullable(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


async def metrics(http: aiohttp.ClientSession) -> dict[str, float]:
    async with http.get("/metrics") as response:
        assert response.content_type == "text/plain"
        lines = (await response.text()).splitlines()
    samples = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the state of another process has no event
            await asyncio.sleep(0.02)
