"""Identity: ids are derived, never drawn, so that both routes and every replay give the same."""

import hashlib

from avro_schemas.records import Entity

_ID_CHARACTERS = 32


def derive(*parts: object) -> str:
    """Hex id over the parts; their borders are part of it, so that ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.sha256()
    for part in parts:
        raw = str(part).encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()[:_ID_CHARACTERS]


def event_id(shop_id: str, entity: Entity, entity_id: int, version: str) -> str:
    """Id of one business change. Its kind is no part of it: that depends on what was told before."""
    return derive(shop_id, entity, entity_id, version)


def digest(*values: object) -> str:
    """Short hash that tells two contents within one second apart. Give it nothing personal: a hash is a pseudonym."""
    return derive(*values)[:8]


def subject(shop_id: str, email: str, customer_id: int) -> str | None:
    """Normalised identity of a data subject within one shop; None for nobody in particular."""
    if email.strip():
        return f"{shop_id}|email|{email.strip().casefold()}"
    return f"{shop_id}|customer|{customer_id}" if customer_id > 0 else None
