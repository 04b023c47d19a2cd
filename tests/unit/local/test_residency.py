"""The platform's residency policy names its own model server in each region, and no key."""

import yaml

from infra.local.components.stages import client_environment
from infra.local.layout import Layout
from infra.local.residency import write_residency
from infra.local.secrets import secret
from infra.local.settings import LocalSettings
from streams.residency.policy import read_policy
from tests.unit.local.conftest import settings_of
from topics.model import REGIONS


def test_the_policy_is_one_that_a_worker_takes(layout: Layout) -> None:
    write_residency(settings_of(layout), layout)
    policy = read_policy(layout.residency_file)
    for region in REGIONS:
        (server,) = policy.endpoints(region)
        assert server.url == settings_of(layout).model_url
        assert server.api_key_file == layout.secrets / "model-api-key"
        assert policy.fallbacks(region) == ()
    assert client_environment(settings_of(layout), layout)["INLAND_RESIDENCY_POLICY"] == str(layout.residency_file)


def test_it_is_its_owners_alone_and_holds_no_key(layout: Layout) -> None:
    write_residency(settings_of(layout), layout)
    assert layout.residency_file.stat().st_mode & 0o777 == 0o600
    assert secret(layout, "model-api-key") not in layout.residency_file.read_text(encoding="utf-8")


def test_another_server_may_stand_in_for_it(layout: Layout) -> None:
    own = LocalSettings(state_dir=layout.root, model_endpoint="http://127.0.0.1:4242")
    write_residency(own, layout)
    servers = [rules["endpoints"] for rules in yaml.safe_load(layout.residency_file.read_text())["regions"].values()]
    assert {server["url"] for (server,) in servers} == {"http://127.0.0.1:4242"}
