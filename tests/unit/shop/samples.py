"""The recorded deliveries and change events, read for comparison."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures" / "woocommerce"


def recordings() -> Iterator[dict[str, Any]]:
    """Every recorded delivery, pings included."""
    with (FIXTURES / "webhooks.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def recorded_bodies(topic_prefix: str) -> list[dict[str, Any]]:
    """Bodies of the recorded deliveries whose topic begins so."""
    bodies = []
    for entry in recordings():
        topic = dict(entry["headers"]).get("X-WC-Webhook-Topic", "")
        if topic.startswith(topic_prefix):
            bodies.append(json.loads(base64.b64decode(entry["body_b64"])))
    return bodies


def recorded_columns() -> dict[str, set[str]]:
    """Columns of every table that occurs in the recorded change events."""
    columns: dict[str, set[str]] = {}
    for name in ("debezium_snapshot", "debezium_stream"):
        with (FIXTURES / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                value = json.loads(event["value"]) if event["value"] else None
                row = (value["after"] or value["before"]) if value else None
                if row:
                    columns.setdefault(event["destination"].rsplit(".", 1)[-1], set()).update(row)
    return columns


def shapes(value: object, path: str = "") -> set[tuple[str, str]]:
    """Every path of a JSON value with the type that stands there; entries of a list share the path `[]`."""
    if isinstance(value, Mapping):
        return {(path, "object")}.union(*(shapes(item, f"{path}.{key}") for key, item in value.items()))
    if isinstance(value, list):
        return {(path, "list")}.union(*(shapes(item, f"{path}[]") for item in value))
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return {(path, type(value).__name__)}
    return {(path, "number")}
