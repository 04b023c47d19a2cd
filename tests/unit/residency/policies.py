"""Policies to try: the one that ships with Inland, changed in one place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from streams.residency.policy import POLICY_FILE

Change = Callable[[dict[str, Any]], object]
SERVER = {"url": "http://10.0.3.7:8080"}


def written(folder: Path, change: Change = lambda policy: None) -> Path:
    """A policy file in the folder, as it ships but for the change."""
    policy = yaml.safe_load(POLICY_FILE.read_text(encoding="utf-8"))
    change(policy)
    path = folder / "residency.yaml"
    path.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return path


def with_servers(*servers: dict[str, Any], region: str = "eu") -> Change:
    """A region's model servers."""

    def change(policy: dict[str, Any]) -> None:
        policy["regions"][region]["endpoints"] = list(servers)

    return change
