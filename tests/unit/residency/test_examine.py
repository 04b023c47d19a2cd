"""Every server is looked at before a worker starts: its address, and the files that it needs."""

import socket
from pathlib import Path
from typing import Any

import pytest

from streams.residency.examine import Examined, examine
from streams.residency.policy import read_policy
from tests.unit.residency.policies import with_servers, written


def _look(folder: Path, server: dict[str, Any]) -> Examined:
    (found,) = examine(read_policy(written(folder, with_servers(server, region="uk"))))
    return found


def test_a_server_at_home_whose_key_is_there_is_fit(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k-1\n", encoding="utf-8")
    found = _look(tmp_path, {"url": "http://10.0.3.7:8080", "api_key_file": "key"})
    assert (found.region, found.verdict, found.classes, found.rule) == ("uk", "fit", ("private",), "")


def test_a_public_server_is_refused_and_with_the_statement_fit(tmp_path: Path) -> None:
    refused = _look(tmp_path, {"url": "https://8.8.8.8"})
    assert refused.verdict == "refused"
    assert "public address" in refused.rule
    assert "public: true" in refused.remedy
    stated = _look(tmp_path, {"url": "https://8.8.8.8", "public": True})
    assert (stated.verdict, stated.classes) == ("fit", ("public",))


def test_a_name_that_does_not_resolve_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = _look(tmp_path, {"url": "http://model.internal"})
    assert (found.verdict, found.rule) == ("away", "model.internal does not resolve")


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("api_key_file", None, "cannot be read"),
        ("api_key_file", "\n", "is empty"),
        ("ca_file", None, "cannot be read"),
        ("ca_file", "no certificate", "holds no certificate"),
    ],
)
def test_a_file_that_a_call_would_need_is_looked_at(tmp_path: Path, file: str, content: str | None, told: str) -> None:
    if content is not None:
        (tmp_path / "given").write_text(content, encoding="utf-8")
    found = _look(tmp_path, {"url": "https://10.0.3.7", file: "given"})
    assert found.verdict == "refused"
    assert told in found.rule
    assert str(tmp_path / "given") in found.rule
    assert found.remedy
