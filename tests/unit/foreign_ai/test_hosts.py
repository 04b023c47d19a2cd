"""The hosts that are looked for in settings are the ones that no endpoint may have."""

import pytest

from streams.foreign_ai.hosts import service_at
from streams.foreign_ai.services import services
from streams.sources.foreign_ai.scan import scanner

HOSTS = [(name, host) for name, service in services().services.items() for host in service.hosts]


@pytest.mark.parametrize(("service", "glob"), HOSTS)
def test_every_listed_host_is_known_alone_or_below_another_name(service: str, glob: str) -> None:
    host = glob.partition("/")[0].replace("*.", "a.").replace("*", "b")
    assert service_at(host) == service
    assert service_at(host.upper() + ".") == service
    assert service_at(f"x.{host}") == service


@pytest.mark.parametrize(("service", "glob"), HOSTS)
def test_what_the_scanner_finds_in_a_setting_is_refused_as_an_endpoint(service: str, glob: str) -> None:
    text = "https://" + glob.replace("*.", "a.").replace("*", "b")
    (found,) = scanner().scan(text, 0)
    assert found.service == service == service_at(found.secret.partition("/")[0])


@pytest.mark.parametrize("host", ["", "localhost", "10.0.0.1", "openai.com.internal", "notapi.openai.co", "jina.ai.nl"])
def test_any_other_host_is_nobodys(host: str) -> None:
    assert service_at(host) is None


def test_a_star_at_the_start_of_a_name_asks_for_a_label_before() -> None:
    assert service_at("openai.azure.com") is None
    assert service_at("shop.openai.azure.com") == "azure_openai"
