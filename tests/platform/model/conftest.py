"""Model servers that live as long as the tests of this package."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from huggingface_hub import (
    AsyncInferenceClient,
)

from tests.platform.model.support import KEY, Server, running


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("model")
    (directory / "key").write_text(KEY)
    with running(directory, "--api-key-file", str(directory / "key")) as started:
        yield started


@pytest.fixture(scope="package")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes one call at a time."""
    options = ("--max-concurrent-requests", "1", "--parallel", "1", "--prompt-cache-mib", "0")
    with running(tmp_path_factory.mktemp("narrow"), *options) as started:
        yield started


@pytest.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url, headers={"Authorization": f"Bearer {KEY}"}) as session:
        yield session


@pytest.fixture
async def hub(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncInferenceClient]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    async with AsyncInferenceClient(base_url=server.url, provider="hf-inference", api_key=KEY, timeout=60) as client:
        yield client
