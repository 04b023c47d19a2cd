"""`inland residency` tells an operator what goes where, and what is wrong."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from streams.cli import main
from streams.residency.policy import read_policy
from tests.unit.residency.policies import SERVER, Change, with_servers, written


def _run(command: str, folder: Path, change: Change, *more: str) -> Result:
    return CliRunner().invoke(main, ["residency", command, "--file", str(written(folder, change)), *more])


def _stated(policy: dict[str, Any]) -> None:
    with_servers({**SERVER, "engine": "vllm", "model": "small"})(policy)
    policy["regions"]["uk"]["fallbacks"] = ["eu"]


def test_show_prints_countries_servers_fallbacks_and_the_digest(tmp_path: Path) -> None:
    shown = _run("show", tmp_path, _stated)
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert f"digest {read_policy(tmp_path / 'residency.yaml').digest}" in lines[0]
    assert "  http://10.0.3.7:8080  vllm small  private" in lines
    assert any(line.startswith("eu  AT BE BG") for line in lines)
    assert "  fallbacks: eu" in lines
    assert "a country of no region: hold" in lines


def test_show_as_json_says_the_same(tmp_path: Path) -> None:
    shown = json.loads(_run("show", tmp_path, _stated, "--json").output)
    (server,) = shown["regions"]["eu"]["endpoints"]
    assert (server["url"], server["engine"], server["address"], server["verdict"]) == (
        "http://10.0.3.7:8080",
        "vllm",
        ["private"],
        "fit",
    )
    assert shown["regions"]["uk"] == {"countries": ["GB"], "endpoints": [], "fallbacks": ["eu"]}
    assert shown["digest"] == read_policy(tmp_path / "residency.yaml").digest


def test_show_shows_a_refused_server_too_and_why(tmp_path: Path) -> None:
    shown = _run("show", tmp_path, with_servers({"url": "http://8.8.8.8"}))
    assert shown.exit_code == 0
    assert "refused  http://8.8.8.8 leads to 8.8.8.8, a public address" in shown.output


def test_check_of_a_right_policy_says_so_and_names_regions_that_wait(tmp_path: Path) -> None:
    found = _run("check", tmp_path, _stated)
    assert found.exit_code == 0
    assert "regions.ch: no model server: its events wait in Kafka" in found.output
    assert "right: policy 2" in found.output


def test_check_ends_with_status_1_and_the_remedy_for_a_refused_server(tmp_path: Path) -> None:
    found = _run("check", tmp_path, with_servers({"url": "http://8.8.8.8"}))
    assert found.exit_code == 1
    assert "regions.eu.endpoints: http://8.8.8.8 leads to 8.8.8.8, a public address" in found.output
    assert "state `public: true`" in found.output
    assert "right" not in found.output
    assert (
        json.loads(_run("check", tmp_path, with_servers({"url": "http://8.8.8.8"}), "--json").output)["right"] is False
    )


def test_check_ends_with_status_1_and_every_fault_of_a_wrong_file(tmp_path: Path) -> None:
    def typo(policy: dict[str, Any]) -> None:
        policy["regions"]["eu"]["contries"] = policy["regions"]["eu"].pop("countries")

    found = _run("check", tmp_path, typo)
    assert found.exit_code == 1
    assert "regions.eu.contries: no such key: did you mean `countries`?" in found.output


def test_help_teaches_how_to_write_a_policy() -> None:
    told = " ".join(CliRunner().invoke(main, ["residency", "--help"]).output.split())
    for word in ("INLAND_RESIDENCY_POLICY", "inland residency check --file", "public: true", "fallbacks", "foreign AI"):
        assert word in told
