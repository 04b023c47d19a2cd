"""Keys are drawn once, rotated beside the older ones, and never shown."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from avro_schemas.codec import Codec
from streams.cli import main
from streams.redact.detect.detector import Detector
from streams.redact.keyfiles import GATE_KEYS, RegionKeyError, draw, key_files, rotate
from streams.redact.pseudonym import RegionKeys
from streams.redact.wiring import build_publisher
from streams.settings import Settings, settings


def test_a_single_file_named_as_the_region_is_its_key_still(tmp_path: Path) -> None:
    (tmp_path / "eu").write_text("01" * 32, encoding="ascii")
    (tmp_path / "eu").chmod(0o600)
    assert RegionKeys.read(tmp_path).token("eu", "x") == RegionKeys({"eu": b"\x01" * 32}).token("eu", "x")


def test_the_highest_number_is_the_newest_and_numbers_are_no_words(tmp_path: Path) -> None:
    draw(tmp_path, "eu")
    for _ in range(11):
        newest = rotate(tmp_path, "eu")
    assert newest.path.name == "eu.11"
    keys = RegionKeys.read(tmp_path)
    assert [file.number for file in key_files(tmp_path)] == list(range(12))
    newest.path.unlink()
    assert keys.versions("eu")[1:] == RegionKeys.read(tmp_path).versions("eu")


def test_after_a_rotation_a_subject_has_a_new_token_and_the_old_one_is_recognised(tmp_path: Path) -> None:
    draw(tmp_path, "eu")
    before = RegionKeys.read(tmp_path).token("eu", "kees@kantoor.example")
    rotate(tmp_path, "eu")
    after = RegionKeys.read(tmp_path)
    assert after.token("eu", "kees@kantoor.example") != before
    assert after.tokens("eu", "Kees@Kantoor.example") == (after.token("eu", "kees@kantoor.example"), before)
    assert after.region_of(before) == "eu"


def test_key_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    assert draw(tmp_path / "keys", "eu").path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_is_neither_drawn_twice_nor_rotated_before_it_is_there(tmp_path: Path) -> None:
    with pytest.raises(RegionKeyError, match="inland keys draw eu"):
        rotate(tmp_path, "eu")
    draw(tmp_path, "eu")
    with pytest.raises(RegionKeyError, match="inland keys rotate eu"):
        draw(tmp_path, "eu")


@pytest.mark.parametrize("name", ["eu.bak", "eu.0", "EU", "eu.1.2", "eu~"])
def test_a_file_that_is_no_key_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("01" * 32, encoding="ascii")
    with pytest.raises(RegionKeyError, match=f"{name} is no name of a key file"):
        key_files(tmp_path)


def test_the_same_key_twice_is_refused() -> None:
    with pytest.raises(RegionKeyError, match="the same key twice"):
        RegionKeys({"eu": (b"\x01" * 32, b"\x01" * 32)})


def test_a_token_of_an_unknown_key_is_named_by_its_version() -> None:
    with pytest.raises(RegionKeyError, match="no key here is called k0000000"):
        RegionKeys({"eu": b"\x01" * 32}).region_of("k0000000_" + "0" * 32)


def test_the_gates_keys_are_kept_apart_and_errors_name_their_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAND_REGION_KEYS_DIR", str(tmp_path / "regions"))
    monkeypatch.setenv("INLAND_GATE_KEYS_DIR", str(tmp_path / "gate"))
    settings.cache_clear()
    try:
        CliRunner().invoke(main, ["keys", "--gate", "draw", "eu"], catch_exceptions=False)
        printed = CliRunner().invoke(main, ["keys", "--gate", "list"], catch_exceptions=False).output
    finally:
        settings.cache_clear()
    assert not (tmp_path / "regions").exists()
    assert RegionKeys.read(tmp_path / "gate", GATE_KEYS).regions == {"eu"}
    assert "inland keys --gate draw uk" in printed
    with pytest.raises(RegionKeyError, match="set INLAND_GATE_KEYS_DIR to the folder of the gate's keys"):
        RegionKeys.read(tmp_path / "none", GATE_KEYS)


def test_a_regions_key_is_no_key_for_the_gate(tmp_path: Path) -> None:
    draw(tmp_path / "regions", "eu")
    shutil.copytree(tmp_path / "regions", tmp_path / "gate")
    given = Settings(region_keys_dir=tmp_path / "regions", gate_keys_dir=tmp_path / "gate")
    with pytest.raises(RegionKeyError, match="draw the gate one of its own"):
        build_publisher(given, Codec({}, lambda _: ""), Detector(names=None))


def test_no_command_prints_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAND_REGION_KEYS_DIR", str(tmp_path))
    settings.cache_clear()
    try:
        commands = (["draw", "eu"], ["rotate", "eu"], ["list"], ["list", "--json"])
        printed = "".join(CliRunner().invoke(main, ["keys", *each], catch_exceptions=False).output for each in commands)
    finally:
        settings.cache_clear()
    keys = [file.path.read_text(encoding="ascii") for file in key_files(tmp_path)]
    assert len(keys) == 2
    assert not [key for key in keys if key in printed]
    assert "in use" in printed
