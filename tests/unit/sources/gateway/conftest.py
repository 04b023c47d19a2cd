"""A gateway for the shops `demo` and `kantoor`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.samples import deliveries
from tests.unit.sources.gateway.stand import SECRET, Stand, standing, write_shops


@pytest.fixture
def shops_file(tmp_path: Path) -> Path:
    """Two shops; `kantoor` has the secret of the recordings."""
    recorded = next(delivery.secret for delivery in deliveries() if delivery.topic)
    return write_shops(tmp_path, demo=SECRET.decode(), kantoor=recorded)


@pytest.fixture
async def stand(shops_file: Path) -> AsyncIterator[Stand]:
    """A gateway that listens."""
    async with standing(shops_file) as started:
        yield started
