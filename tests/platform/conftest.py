"""The whole platform for a test session, beside any other on the machine: own state directory, own ports.

`INLAND_TEST_PLATFORM=running` takes the platform that runs already under the environment's settings (`inland up`)
instead, and leaves it running: quicker while a test is being written.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import HOST, LocalSettings
from streams.clickhouse import Login, connected

CART_ABANDONED_S = 8.0
"""A quiet time that a test can wait for."""


def fresh_platform(tmp_path_factory: pytest.TempPathFactory, name: str) -> Platform:
    """A platform that was never started, in a directory of its own, on the libraries that set-up fetched."""
    own = LocalSettings(state_dir=tmp_path_factory.mktemp(name), class_archives=False)
    return Platform(own.model_copy(update=free_ports()))


def discard(platform: Platform) -> None:
    """Stop a platform and delete what it kept, all but its logs."""
    platform.down()
    shutil.rmtree(platform.layout.data, ignore_errors=True)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The whole platform, Inland's stages included, healthy; stopped when the session ends."""
    if os.environ.get("INLAND_TEST_PLATFORM") == "running":
        running = Platform()
        if running.status().phase != "healthy":
            pytest.fail("INLAND_TEST_PLATFORM=running, yet no healthy platform runs: `inland up` starts one")
        yield running
        return
    own = fresh_platform(tmp_path_factory, "platform")
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("INLAND_CART_ABANDONED_MINUTES", str(CART_ABANDONED_S / 60))
            own.up()
            # For the commands that tests run, too: a replay has to wait as long as the worker did.
            yield own
    finally:
        discard(own)


@pytest.fixture(scope="session")
def analyst(platform: Platform) -> Iterator[Client]:
    """A ClickHouse client with an analyst's rights."""
    password = (platform.layout.secrets / "clickhouse-analyst").read_text(encoding="utf-8").strip()
    with connected(Login(HOST, platform.settings.clickhouse_port, "analyst", password, "inland")) as client:
        yield client
