"""Registered customers: wp_users, wp_usermeta and WooCommerce's customer lookup."""

from datetime import datetime

from infra.local.shop import site
from infra.local.shop.changes import PREFIX, Change, Delete, Insert, SqlValue, Stamp, Table, Update
from infra.local.shop.model import Person
from infra.local.shop.order import digest

PLACE = frozenset({"address_1", "city", "postcode", "country", "state"})


def register(person: Person, username: str, user_id: int, stamp: Stamp, prefix: str = PREFIX) -> list[Change]:
    """A new account with its addresses. WordPress puts the table prefix before the names of roles, too."""
    now = stamp.now
    meta = {"nickname": username, "first_name": person.first_name, "last_name": person.last_name,
            f"{prefix}capabilities": 'a:1:{s:8:"customer";b:1;}', f"{prefix}user_level": "0",
            "last_update": str(int(now.timestamp())), **_addresses(person),
            "birth_date": person.birth_date.isoformat()}  # fmt: skip
    return [
        Insert(Table.USERS, _user(person, username, user_id, now)),
        *(_meta(user_id, key, value, stamp) for key, value in meta.items()),
        Insert(Table.CUSTOMER_LOOKUP, _lookup(person, username, user_id, stamp)),
    ]


def paid(user_id: int, *, first: bool, stamp: Stamp) -> list[Change]:
    """An order of theirs was paid; `first` when none was before."""
    return [*([_meta(user_id, "paying_customer", "1", stamp)] if first else ()), _updated(user_id, stamp)]


def moved(person: Person, user_id: int, stamp: Stamp) -> list[Change]:
    """Another address, for bills and for parcels; the date comes last."""
    values = {key: value for key, value in _addresses(person).items() if key.split("_", 1)[1] in PLACE}
    place = person.address
    lookup = {"country": place.country, "postcode": place.postcode, "city": place.city, "state": place.state}
    return [
        *(_set(user_id, key, value) for key, value in values.items()),
        Update(Table.CUSTOMER_LOOKUP, {"user_id": user_id}, lookup),
        _updated(user_id, stamp),
    ]


def deleted(user_id: int) -> list[Change]:
    """The account is closed: WordPress deletes the meta first."""
    where: dict[str, SqlValue] = {"user_id": user_id}
    return [
        Delete(Table.USER_META, where),
        Delete(Table.USERS, {"ID": user_id}),
        Delete(Table.CUSTOMER_LOOKUP, where),
    ]


def _updated(user_id: int, stamp: Stamp) -> Update:
    return _set(user_id, "last_update", str(int(stamp.now.timestamp())))


def _set(user_id: int, key: str, value: str) -> Update:
    return Update(Table.USER_META, {"user_id": user_id, "meta_key": key}, {"meta_value": value})


def _meta(user_id: int, key: str, value: str, stamp: Stamp) -> Insert:
    number = stamp.ids.take(Table.USER_META)
    return Insert(Table.USER_META, {"umeta_id": number, "user_id": user_id, "meta_key": key, "meta_value": value})


def _user(person: Person, username: str, user_id: int, now: datetime) -> dict[str, SqlValue]:
    return {
        "ID": user_id,
        "user_login": username[:60],
        # In the form of a hash, of no password at all: nobody can log in to a generated shop.
        "user_pass": f"$wp$2y$10${digest('password', username)[:53]}",
        "user_nicename": username.replace(".", "-")[:50],
        "user_email": person.email,
        "user_url": "",
        "user_registered": site.gmt(now),
        "user_activation_key": "",
        "user_status": 0,
        "display_name": person.full_name,
    }


def _addresses(person: Person) -> dict[str, str]:
    """What the account page saves; the company only where there is one."""
    address = person.address
    values = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        **({"company": person.company} if person.company else {}),
        "address_1": address.street,
        "city": address.city,
        "postcode": address.postcode,
        "country": address.country,
        "state": address.state,
    }
    billing = {f"billing_{key}": value for key, value in values.items()}
    shipping = {f"shipping_{key}": value for key, value in values.items()}
    contact = {"billing_email": person.email, "billing_phone": person.phone, "shipping_phone": person.phone}
    return billing | contact | shipping


def _lookup(person: Person, username: str, user_id: int, stamp: Stamp) -> dict[str, SqlValue]:
    return {
        "customer_id": stamp.ids.take(Table.CUSTOMER_LOOKUP),
        "user_id": user_id,
        "username": username,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "date_last_active": None,
        "date_registered": site.gmt(stamp.now),
        "country": person.address.country,
        "postcode": person.address.postcode,
        "city": person.address.city,
        "state": person.address.state,
    }
