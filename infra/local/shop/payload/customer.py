"""`customer.updated`: an account with its addresses, a gravatar hash of the e-mail address, and plugin meta."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from infra.local.shop.model import Person
from infra.local.shop.payload.parts import JsonObject, dates, links


@dataclass(frozen=True, slots=True)
class Account:
    """A registered customer; times are UTC."""

    user_id: int
    person: Person
    username: str = field(repr=False)
    registered_at: datetime
    modified_at: datetime
    birth_date_meta_id: int
    paying: bool = False
    """Whether an order of theirs was ever paid."""


def customer_payload(account: Account) -> JsonObject:
    """The body's value, as the account stands."""
    person = account.person
    gravatar = sha256(person.email.lower().encode()).hexdigest()
    return {
        "id": account.user_id,
        **dates("date_created", account.registered_at),
        **dates("date_modified", account.modified_at),
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "role": "customer",
        "username": account.username,
        "billing": _address(person, person.email),
        "shipping": _address(person, None),
        "is_paying_customer": account.paying,
        "avatar_url": f"https://secure.gravatar.com/avatar/{gravatar}?s=96&d=mm&r=g",
        "meta_data": [
            {"id": account.birth_date_meta_id, "key": "birth_date", "value": person.birth_date.isoformat()},
        ],
        "_links": links("customers", account.user_id),
    }


def _address(person: Person, email: str | None) -> JsonObject:
    """An address in a customer's order of keys, which is not an order's."""
    place = person.address
    value: JsonObject = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "address_1": place.street,
        "address_2": "",
        "city": place.city,
        "postcode": place.postcode,
        "country": place.country,
        "state": place.state,
    }
    if email is not None:
        value["email"] = email
    return value | {"phone": person.phone}
