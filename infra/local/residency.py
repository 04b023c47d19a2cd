"""The residency policy of one platform: the one that ships with Inland, and the platform's own model server."""

import yaml

from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.settings import ROOT, LocalSettings

SHIPPED = ROOT / "streams" / "residency" / "policy.yaml"


def write_residency(settings: LocalSettings, layout: Layout) -> None:
    """Write the policy file, for its owner alone: it says where the model server's key is."""
    write_atomic(layout.residency_file, residency_yaml(settings, layout), mode=0o600)


def residency_yaml(settings: LocalSettings, layout: Layout) -> str:
    """The policy: one stand-in serves all regions."""
    policy = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    endpoint = {
        "url": settings.model_endpoint or settings.model_url,
        "engine": "tgi",
        "api_key_file": str((layout.secrets / "model-api-key").relative_to(layout.root)),
    }
    for rules in policy["regions"].values():
        rules["endpoints"] = [dict(endpoint)]
    return yaml.safe_dump({**policy, "version": f"{policy['version']}-local"}, sort_keys=False)
