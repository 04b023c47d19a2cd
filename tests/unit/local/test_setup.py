"""Set-up does nothing twice, and nothing by halves."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from infra.local.settings import LocalSettings
from infra.local.setup.stamps import (
    ENGINE_FROM,
    JARS_FROM,
    JAVA_FROM,
    SETUP,
    SetupMissingError,
    fingerprint,
    is_current,
    require_set_up,
    stamp,
    unstamp,
)

MAVEN = "{http://maven.apache.org/POM/4.0.0}"


def test_a_step_is_current_until_what_it_was_made_from_changes(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("a==1")
    stamp(tmp_path, "jars", fingerprint([lock]))
    assert is_current(tmp_path, "jars", fingerprint([lock]))
    lock.write_text("a==2")
    assert not is_current(tmp_path, "jars", fingerprint([lock]))


def test_a_step_that_is_begun_again_is_not_current(tmp_path: Path) -> None:
    stamp(tmp_path, "jars", "mark")
    unstamp(tmp_path, "jars")
    assert not is_current(tmp_path, "jars", "mark")


def test_up_refuses_a_machine_that_was_not_set_up_and_names_the_command(tmp_path: Path) -> None:
    settings = LocalSettings(lib_dir=tmp_path)
    for step, sources in (("java", JAVA_FROM), ("jars", JARS_FROM), ("engine", ENGINE_FROM)):
        with pytest.raises(SetupMissingError, match=f"{step}.*inland setup"):
            require_set_up(settings)
        stamp(tmp_path, step, fingerprint(sources))
    require_set_up(settings)


def test_every_jar_is_pinned_to_one_version() -> None:
    project = ElementTree.parse(SETUP / "pom.xml").getroot()  # noqa: S314 - our own file
    versions = {node.tag.removeprefix(MAVEN): node.text or "" for node in project.find(f"{MAVEN}properties") or []}
    for node in project.iter(f"{MAVEN}version"):
        text = node.text or ""
        value = versions.get(text.removeprefix("${").removesuffix("}"), text)
        assert re.fullmatch(r"\d+(\.\d+)*(\.Final)?", value), text


def test_lock_files_are_hashed_and_name_no_host() -> None:
    for lock in SETUP.glob("*.lock"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
    packages = json.loads((SETUP / "package-lock.json").read_text())["packages"]
    assert all("integrity" in entry and "resolved" not in entry for name, entry in packages.items() if name)
