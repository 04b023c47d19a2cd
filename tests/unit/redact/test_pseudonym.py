"""A subject has one pseudonym a region, and keys stay secret."""

import logging
from pathlib import Path

import pytest

from streams.redact.pseudonym import RegionKeyError, RegionKeys

_KEYS = RegionKeys({"eu": b"\x01" * 32, "uk": b"\x02" * 32})


def test_spellings_of_one_identity_share_a_token() -> None:
    assert _KEYS.token("eu", " Kees@Kantoor.example ") == _KEYS.token("eu", "kees@kantoor.example")


def test_regions_cannot_be_joined_on_the_token() -> None:
    assert _KEYS.token("eu", "kees@kantoor.example") != _KEYS.token("uk", "kees@kantoor.example")


def test_a_token_names_its_key_and_is_stable() -> None:
    version, _, digest = _KEYS.token("eu", "kees@kantoor.example").partition("_")
    assert len(digest) == 32
    assert version == _KEYS.token("eu", "another")[: len(version)]
    assert version != _KEYS.token("uk", "another").partition("_")[0]


def test_a_region_without_a_key_is_named() -> None:
    with pytest.raises(RegionKeyError, match="region ch has no key"):
        _KEYS.token("ch", "kees@kantoor.example")


def test_keys_are_read_from_one_file_a_region(tmp_path: Path) -> None:
    (tmp_path / "eu").write_text("01" * 32 + "\n", encoding="ascii")
    (tmp_path / "eu").chmod(0o600)
    assert RegionKeys.read(tmp_path).token("eu", "x") == _KEYS.token("eu", "x")


def test_a_key_that_others_may_read_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "eu").write_text("01" * 32, encoding="ascii")
    (tmp_path / "eu").chmod(0o644)
    with caplog.at_level(logging.WARNING):
        RegionKeys.read(tmp_path)
    assert "chmod 600" in caplog.text
    assert "0101" not in caplog.text


@pytest.mark.parametrize("content", ["0102", "zz" * 32, "01" * 5000])
def test_an_unusable_key_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "eu").write_text(content, encoding="ascii")
    (tmp_path / "eu").chmod(0o600)
    with pytest.raises(RegionKeyError) as caught:
        RegionKeys.read(tmp_path)
    assert content[:16] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_key_is_in_the_repr() -> None:
    assert repr(_KEYS) == "RegionKeys(eu, uk)"
