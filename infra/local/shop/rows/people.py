"""Registered customers: wp_users, wp_usermeta and WooCommerce's customer lookup."""

from datetime import datetime

from infra.local.shop import site
from infra.local.shop.changes import Change, Insert, SqlValue, Stamp, Table
from infra.local.shop.model import Person
from infra.local.shop.order import digest


def register(person: Person, username: str, user_id: int, stamp: Stamp) -> list[Change]:
    """A new account with its billing address."""
    ids, now = stamp.ids, stamp.now
    meta = {"nickname": username, "first_name": person.first_name, "last_name": person.last_name,
            "wp_capabilities": 'a:1:{s:8:"customer";b:1;}', "wp_user_level": "0",
            "last_update": str(int(now.timestamp())), **_billing(person),
            "birth_date": person.birth_date.isoformat()}  # fmt: skip
    return [
        Insert(Table.USERS, _user(person, username, user_id, now)),
        *(
            Insert(
                Table.USER_META,
                {"umeta_id": ids.take(Table.USER_META), "user_id": user_id, "meta_key": key, "meta_value": value},
            )
            for key, value in meta.items()
        ),
        Insert(Table.CUSTOMER_LOOKUP, _lookup(person, username, user_id, stamp)),
    ]


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


def _billing(person: Person) -> dict[str, str]:
    address = person.address
    return {
        "billing_first_name": person.first_name,
        "billing_last_name": person.last_name,
        "billing_address_1": address.street,
        "billing_city": address.city,
        "billing_postcode": address.postcode,
        "billing_country": address.country,
        "billing_email": person.email,
        "billing_phone": person.phone,
    }


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
