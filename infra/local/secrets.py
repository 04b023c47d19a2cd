"""Secrets of one platform: drawn at its first start, kept in files of mode 600, never printed."""

import secrets
from pathlib import Path

import yaml

from infra.local.files import write_atomic
from infra.local.layout import Layout
from topics.model import REGIONS

RANDOM = (
    "clickhouse-writer",
    "clickhouse-analyst",
    "clickhouse-compliance",
    "mariadb-root",
    "mariadb-shop",
    "mariadb-debezium",
    "model-api-key",
    "webhook-demo",
    "webhook-oudewinkel",
)

KANTOOR_WEBHOOK_SECRET = "whsec_held-out_Kantoor&Keuken_2026"  # noqa: S105 - published with the recorded samples it signed
"""The recorded deliveries of the shop `kantoor` are signed with this; it protects nothing else."""


def create_secrets(layout: Layout) -> None:
    """Draw every secret that is missing, and write the shops file that names the webhook secrets."""
    for name in RANDOM:
        _keep(layout.secrets / name, secrets.token_urlsafe(24))
    for region in REGIONS:
        for folder in (layout.region_keys, layout.gate_keys):
            _keep(folder / region, secrets.token_hex(32))
    _keep(layout.secrets / "webhook-kantoor", KANTOOR_WEBHOOK_SECRET)
    write_atomic(layout.shops_file, shops_yaml(layout))


def secret(layout: Layout, name: str) -> str:
    """The value of a secret. Raises FileNotFoundError before the first start."""
    return (layout.secrets / name).read_text(encoding="utf-8")


def shops_yaml(layout: Layout) -> str:
    """The shops file: the generated shops `demo` and `oudewinkel` and the recorded shop `kantoor`, all Dutch.

    `oudewinkel` keeps its orders as posts; nothing captures it until a connector is added.
    """
    shops = [
        {
            "id": shop,
            "home_country": "NL",
            "source_url": f"http://{shop}.shop.test/",
            "webhook_secret_files": [str(layout.secrets / f"webhook-{shop}")],
        }
        for shop in ("demo", "oudewinkel", "kantoor")
    ]
    return yaml.safe_dump({"shops": shops}, sort_keys=False)


def _keep(path: Path, value: str) -> None:
    if not path.exists():
        write_atomic(path, value, mode=0o600)
