"""What all webhook bodies share: dates, links, addresses."""

from datetime import datetime
from typing import TypeAlias

from infra.local.shop import site
from infra.local.shop.model import Person
from infra.local.shop.php import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]

REST_ROOT = f"{site.SITE_URL}/wp-json/wc/v3"


def dates(name: str, moment: datetime | None) -> JsonObject:
    """`name` in the shop's time and `name_gmt` in UTC, both without a zone."""
    if moment is None:
        return {name: None, f"{name}_gmt": None}
    return {name: site.local(moment).isoformat(), f"{name}_gmt": site.gmt(moment).isoformat()}


def links(collection: str, number: int) -> JsonObject:
    """`_links` of a resource to itself and its collection."""
    allow: JsonValue = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return {
        "self": [{"href": f"{REST_ROOT}/{collection}/{number}", "targetHints": {"allow": allow}}],
        "collection": [{"href": f"{REST_ROOT}/{collection}"}],
    }


def address(person: Person, email: str | None) -> JsonObject:
    """A billing address, or without e-mail a shipping address, in an order's order of keys."""
    place = person.address
    value: JsonObject = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "address_1": place.street,
        "address_2": "",
        "city": place.city,
        "state": place.state,
        "postcode": place.postcode,
        "country": place.country,
    }
    if email is not None:
        value["email"] = email
    return value | {"phone": person.phone}
