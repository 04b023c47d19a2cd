"""Every form of key and every host of the data file is found, however it is written; what only looks alike is not."""

import json
import re
import time
from pathlib import Path

import pytest
import yaml

from streams.foreign_ai.services import FILE, ForeignAiError, read_services, services
from streams.sources.foreign_ai.scan import MAX_FOUND, scanner
from tests.unit.sources.made_up import ALNUM, HEX, KEYS, URL_SAFE, UUID, drawn

SERVICES = services().services
HOSTS = [(name, host) for name, service in SERVICES.items() for host in service.hosts]
LEGACY = KEYS["openai", "legacy_key"]
MISTRAL = KEYS["mistral", "api_key"]


def _found(name: str, value: str) -> list[tuple[str, str, str]]:
    return [(one.service, one.kind, one.secret) for one in scanner().scan(f"{name}\n{value}", len(name))]


def _services(name: str, value: str) -> list[str]:
    return [service for service, _, _ in _found(name, value)]


def _php(*fields: tuple[str, str]) -> str:
    inner = "".join(f's:{len(name)}:"{name}";s:{len(value)}:"{value}";' for name, value in fields)
    return f"a:{len(fields)}:{{{inner}}}"


def _field(service: str) -> str:
    words = SERVICES[service].words
    return f"{words[0]}_api_key" if words else "api_key"


def test_every_form_of_key_has_an_example() -> None:
    assert set(KEYS) == {(name, key.rule) for name, service in SERVICES.items() for key in service.keys}


@pytest.mark.parametrize(("service", "rule"), KEYS)
@pytest.mark.parametrize(
    "written",
    [
        "{key}",
        " {key}\n",
        '{{"version":3,"settings":{{"{field}":"{key}","model":"m"}}}}',
        '{{\\"{field}\\":\\"{key}\\"}}',
        'a:2:{{s:5:"model";s:1:"m";s:7:"{field}";s:9:"{key}";}}',
        "MODEL=m\nAPI={field}&{field}={key}&x=1",
        "'{field}' => '{key}',",
    ],
)
def test_a_key_is_found_in_whatever_holds_it(service: str, rule: str, written: str) -> None:
    key, field = KEYS[service, rule], _field(service)
    assert _found(field, written.format(key=key, field=field)) == [(service, "api_key", key)]


@pytest.mark.parametrize(("service", "rule"), KEYS)
def test_a_key_that_is_part_of_a_longer_word_is_none(service: str, rule: str) -> None:
    key = KEYS[service, rule].rstrip("=").removesuffix(":fx")
    for longer in ("Q1" + key, key + "_Q" * 130):
        assert not [one for one in _found(_field(service), longer) if one[0] == service]


@pytest.mark.parametrize(("service", "rule"), KEYS)
def test_a_placeholder_is_no_key(service: str, rule: str) -> None:
    key = KEYS[service, rule]
    start = max(
        (start for one in SERVICES[service].keys for start in one.starts if key.lower().startswith(start)), default=""
    )
    blank = key[: len(start)] + re.sub("[A-Za-z0-9]", "x", key[len(start) :])
    assert not _found(_field(service), blank)
    assert not _found(_field(service), key[:12] + "****" + key[-4:])


@pytest.mark.parametrize(("service", "host"), HOSTS)
def test_an_endpoint_is_found_with_and_without_what_is_around_it(service: str, host: str) -> None:
    named = re.sub(r"^\*\.", "our-shop.", host)
    named = re.sub(r"^\*", "europe-west4-", named).replace("*", "eu-central-1")
    whole = named.partition("/")[0]
    escaped = f'{{"url":"https:\\/\\/{named.replace("/", chr(92) + "/")}\\/v1"}}'
    for value in (f"https://{named}/v1", named, escaped, f"HTTPS://{named.upper()}", f"url=https%3A%2F%2F{named}"):
        assert [(one, kind) for one, kind, _ in _found("any_option", value)] == [(service, "endpoint")], value
    for other in (f"https://{whole}.shop.example/", f"https://{whole}x/", f"https://not{whole.partition('.')[2]}"):
        assert not _found("any_option", other), other


def test_a_subdomain_of_an_endpoint_is_the_endpoint_and_another_domain_is_not() -> None:
    assert _found("o", "https://eu.api.openai.com/v1") == [("openai", "endpoint", "eu.api.openai.com")]
    assert not _found("o", "https://notapi.openai.com/v1")
    assert not _found("o", "https://openai.azure.com/")


@pytest.mark.parametrize(
    "value",
    [
        "http://127.0.0.1:8080/v1/chat/completions",
        "http://localhost:11434",
        "http://tgi.shop.internal/v1",
        "https://10.3.0.7/openai/v1",
        _php(("openai_base_url", "http://inland-tgi:8080/v1"), ("openai_api_key", "")),
        _php(("provider", "mistral"), ("mistral_api_key", ""), ("license_key", drawn(ALNUM, 32))),
        '{"openai_api_key":"","anthropic_api_key":null,"gemini_model":"gemini-2.5-pro"}',
        "sk-local",
        "sk-no-key-required",
        "sk-your-openai-api-key-goes-right-here-and-nowhere-else",
        "https://platform.openai.com/account/api-keys",
        "See https://docs.mistral.ai and https://console.groq.com/keys",
        "https://huggingface.co/HuggingFaceTB/SmolLM2-135M",
        f"pk_live_{drawn(ALNUM, 24)} sk_live_{drawn(ALNUM, 24)}",
        f"whsec_{drawn(ALNUM, 32)}",
        "task-force risk-averse desk-" + drawn(ALNUM, 48),
    ],
)
def test_local_servers_empty_settings_and_other_services_are_no_violation(value: str) -> None:
    assert not _found("ai_settings", value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("woocommerce_maps_api_key", KEYS["google", "api_key"]),
        ("_transient_doing_cron", drawn(HEX, 32)),
        ("auth_key", drawn(ALNUM, 64)),
        ("mistral_license_key", MISTRAL),
        ("mistral_theme_options", _php(("color", "red"), ("css_hash", drawn(HEX, 32)))),
        ("cohere_settings", _php(("etag", drawn(ALNUM, 40)))),
        ("s3_backup", f'{{"aws_access_key_id":"{KEYS["aws_bedrock", "access_key"]}"}}'),
        ("shipping_api_key", UUID),
        ("deepl_settings", _php(("instance", UUID))),
        ("app_deeplink_key", UUID),
        ("voyages", "pa-un-tres-long-voyage-en-bateau-sur-la-loire-et-ailleurs"),
        ("mistral_notes", "key " + drawn(ALNUM, 31)),
    ],
)
def test_what_looks_like_a_key_without_its_service_near_is_none(name: str, value: str) -> None:
    assert not _found(name, value)


def test_a_key_goes_to_the_service_that_its_field_names() -> None:
    value = _php(
        ("azure_region", "eu"), ("azure_api_key", ""), ("mistral_api_key", KEYS["azure_openai", "resource_key"])
    )
    assert _services("ai_settings", value) == ["mistral"]
    shared = KEYS["deepseek", "api_key"]
    assert _services("ai", json.dumps({"qwen_key": "", "deepseek_key": shared})) == ["deepseek"]
    assert _services("ai", json.dumps({"deepseek_key": "", "qwen_key": shared})) == ["alibaba"]
    assert _services("ai", json.dumps({"key": shared})) == ["openai_style"]


def test_a_word_of_the_service_speaks_for_a_key_near_by_and_for_none_far_away() -> None:
    key = KEYS["azure_openai", "resource_key"]
    near = _php(("endpoint", "https://our-shop.openai.azure.com/"), ("api_key", key))
    assert _found("ai", near)[1:] == [("azure_openai", "api_key", key)]
    far = _php(("endpoint", "https://our-shop.openai.azure.com/"), ("text", "lorem " * 100), ("api_key", key))
    assert _services("ai", far) == ["azure_openai"]


def test_several_keys_in_one_setting_are_all_found() -> None:
    value = _php(("openai_apikey", LEGACY), ("claude", KEYS["anthropic", "api_key"]), ("mistral_token", MISTRAL))
    assert _services("mwai_options", value) == ["openai", "anthropic", "mistral"]


@pytest.mark.parametrize("letters", ["İ", "ẞ", "Ǆ", "é", "中"])
def test_places_are_right_after_letters_of_every_kind(letters: str) -> None:
    assert _found("o", letters * 50 + f' "{LEGACY}"') == [("openai", "api_key", LEGACY)]


def test_no_letter_but_one_grows_when_it_is_made_small() -> None:
    assert [chr(code) for code in range(0x110000) if len(chr(code).lower()) != 1] == ["İ"]


@pytest.mark.parametrize(
    "part",
    [
        "sk-",
        "-",
        "mistral ",
        f'mistral_api_key":"{drawn(ALNUM, 33)}" ',
        f'azure_key="{MISTRAL}" ',
        "api.openai.com ",
        "x.openai.azure.com.",
        f"sk-ant-api03-{drawn(URL_SAFE, 300)} ",
        f"AIza{drawn(ALNUM, 35)} ",
        f"{LEGACY} ",
    ],
)
def test_a_long_value_made_to_be_slow_takes_a_bounded_time(part: str) -> None:
    value = part * (300_000 // len(part))
    started = time.process_time()
    assert len(_found("mistral_option", value)) <= MAX_FOUND
    # A pattern that went back and forth would take minutes; this takes tenths of a second.
    assert time.process_time() - started < 10


def _broken(folder: Path, **change: object) -> Path:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content["services"]["openai"].update(change)
    path = folder / "foreign_ai.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "change",
    [
        {"sources": []},
        {"words": ["openai"]},
        {"host": ["api.openai.com"]},
        {"keys": [{"rule": "k", "pattern": "sk-[a-z"}]},
        {"keys": [{"rule": "key", "starts": ["sk-"], "pattern": "sk-[a-z]+"}]},
        {"keys": [{"rule": "key", "starts": ["sk-"], "pattern": "sk-[a-z]{20,}"}]},
        {"keys": [{"rule": "key", "starts": ["sk-"], "pattern": "sk-([a-z]{1,9}){1,9}"}]},
        {"keys": [{"rule": "key", "pattern": "[a-z]{32}"}]},
        {"keys": [{"rule": "key", "starts": ["SK-"], "pattern": "SK-[a-z]{32}"}]},
    ],
)
def test_a_wrong_data_file_is_refused_by_name(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(ForeignAiError, match=r"foreign_ai\.yaml"):
        read_services(_broken(tmp_path, **change))
