"""The application while the model loads: keys, limits, shapes of errors."""

import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from infra.local.model.app import create_app, describe
from infra.local.model.errors import GenerationError, IncompleteGenerationError, OverloadedError, TemplateError
from infra.local.model.metrics import Metrics
from infra.local.model.middleware import GUARDED, error_response
from infra.local.model.scheduler import Scheduler
from infra.local.model.settings import MAX_BODY_BYTES, Settings, parse_settings

KEY = "correct horse"


@asynccontextmanager
async def client(settings: Settings) -> AsyncIterator["TestClient"]:  # type: ignore[type-arg]
    async with TestClient(TestServer(create_app(settings))) as started:
        yield started


async def test_health_is_503_with_a_body_while_the_model_loads() -> None:
    async with client(Settings()) as http, http.get("/health") as response:
        assert response.status == 503
        assert (await response.json())["error_type"] == "healthcheck"


async def test_calls_are_503_while_the_model_loads() -> None:
    async with client(Settings()) as http, http.post("/generate", json={"inputs": "a"}) as response:
        assert response.status == 503


@pytest.mark.parametrize("path", sorted(GUARDED))
@pytest.mark.parametrize(
    "header", [None, "", KEY, "Bearer ", f"bearer {KEY}", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", "é"]
)
async def test_a_wrong_key_is_401_without_a_body(path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with client(Settings(api_key=KEY)) as http, http.post(path, data=b"{}", headers=headers) as response:
        assert response.status == 401
        assert await response.read() == b""


async def test_the_right_key_opens_and_the_open_routes_need_none() -> None:
    async with client(Settings(api_key=KEY)) as http:
        async with http.post("/generate", json={"inputs": "a"}, headers={"Authorization": f"Bearer {KEY}"}) as response:
            assert response.status == 503
        async with http.get("/metrics") as response:
            assert response.status == 200


async def test_a_body_over_the_limit_is_413() -> None:
    async with (
        client(Settings()) as http,
        http.post("/generate", data=io.BytesIO(b"x" * (MAX_BODY_BYTES + 1))) as response,
    ):
        assert response.status == 413
        assert set(await response.json()) == {"error", "error_type"}


async def test_an_unknown_route_and_a_wrong_method_have_the_shape_of_an_error() -> None:
    async with client(Settings()) as http:
        async with http.get("/nowhere") as response:
            assert (response.status, set(await response.json())) == (404, {"error", "error_type"})
        async with http.get("/generate") as response:
            assert (response.status, set(await response.json())) == (405, {"error", "error_type"})


async def test_the_log_names_the_call_and_nothing_that_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with client(Settings()) as http, http.post("/generate?q=hidden", json={"inputs": "hidden"}) as response:
        await response.read()
    assert "POST /generate status=503" in caplog.text
    assert "hidden" not in "".join(record.getMessage() for record in caplog.records if record.name == "inland.model")


@pytest.mark.parametrize(
    ("error", "status", "error_type"),
    [
        (OverloadedError(), 429, "overloaded"),
        (GenerationError("x"), 424, "generation"),
        (IncompleteGenerationError(), 500, "incomplete_generation"),
        (TemplateError("x"), 422, "template_error"),
    ],
)
def test_errors_have_tgi_s_status_and_type(error: OverloadedError, status: int, error_type: str) -> None:
    response = error_response(error)
    assert response.status == status
    assert f'"error_type":"{error_type}"' in str(response.text)


async def test_admission_ends_at_the_limit_and_comes_back() -> None:
    scheduler = Scheduler(max_concurrent=1, parallel=1, metrics=Metrics())
    with scheduler.admission(), pytest.raises(OverloadedError), scheduler.admission():
        raise AssertionError
    with scheduler.admission():
        pass


def test_info_says_that_it_is_a_stand_in() -> None:
    info = describe(Settings(), sha256="0" * 64)
    assert info.stand_in
    assert "stand-in for TGI" in info.docker_label
    assert info.max_input_tokens < info.max_total_tokens


def test_the_key_comes_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    settings = parse_settings(["--port", "0", "--api-key-file", str(file)])
    assert settings.api_key == KEY
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    "wrong", [["--port", "70000"], ["--parallel", "0"], ["--api-key-file", "/nowhere/key"], ["--x"]]
)
def test_wrong_settings_are_refused_with_a_message(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_settings(wrong)
    assert wrong[0] in capsys.readouterr().err


def test_an_empty_key_file_is_refused_rather_than_opening_the_server(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(" \n")
    with pytest.raises(SystemExit):
        parse_settings(["--api-key-file", str(tmp_path / "key")])
