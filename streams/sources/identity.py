"""Identity: ids are derived, never drawn, so that both routes and every replay give the same."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from avro_schemas.records import Entity, EventType
from avro_schemas.schemas import schema

_ID_CHARACTERS = 32


def derive(*parts: object) -> str:
    """Hex id over the parts; their borders are part of it, so that ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.sha256()
    for part in parts:
        raw = str(part).encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()[:_ID_CHARACTERS]


def event_id(shop_id: str, entity: Entity, entity_id: int, kind: EventType, version: str) -> str:
    """Id of one business change."""
    return derive(shop_id, entity, entity_id, kind, version)


def fingerprint(record_name: str, record: Mapping[str, Any]) -> str:
    """Short hash over the fields of a captured entity that hold no personal data.

    Tells two changes within one second apart. Personal fields stay out, since a hash of them would be a pseudonym.
    """
    return derive(*_impersonal(_find(record_name), record, ""))[:8]


def _find(record_name: str) -> dict[str, Any]:
    for field in schema("captured_event").source["fields"]:
        for member in field["type"] if isinstance(field["type"], list) else []:
            if isinstance(member, dict) and member.get("name") == record_name:
                return member
    raise KeyError(record_name)


def _impersonal(node: Any, value: Any, path: str) -> Iterator[str]:
    match node:
        case list():
            for member in node:
                yield from _impersonal(member, value, path)
        case {"type": "record", "fields": fields} if isinstance(value, Mapping):
            for field in fields:
                if field.get("pii") == "none":
                    yield from _impersonal(field["type"], value[field["name"]], f"{path}.{field['name']}")
        case {"type": "array", "items": items} if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _impersonal(items, item, f"{path}[{index}]")
        case "null" | {"type": "record"} | {"type": "array"}:
            return
        case _ if not isinstance(value, Mapping | list):
            yield f"{path}={value}"


def subject(shop_id: str, email: str, customer_id: int) -> str | None:
    """Normalised identity of a data subject within one shop; None for nobody in particular."""
    if email.strip():
        return f"{shop_id}|email|{email.strip().casefold()}"
    return f"{shop_id}|customer|{customer_id}" if customer_id > 0 else None
