"""Waits between attempts are short here: that there are waits is held elsewhere."""

import pytest

from streams.delivery import retry


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow one another within a millisecond."""
    monkeypatch.setattr(retry, "FIRST_S", 0.001)
    monkeypatch.setattr(retry, "LONGEST_S", 0.001)
