"""Customers that come in rows are those that their webhooks tell, and nothing else of their meta is kept."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.shop.changes import Ids, Stamp
from infra.local.shop.model import Person
from infra.local.shop.payload.customer import Account, customer_payload
from infra.local.shop.plan import shop_plan
from infra.local.shop.rows import people
from streams.delivery.refusal import RefusedError
from streams.sources import entities
from streams.sources.assembly import customer
from streams.sources.assembly.kinds import USER_TABLES, is_kept
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change, parse
from tests.fixtures.samples import catalogue, deliveries
from tests.unit.sources.anything import ANYTHING, FEW
from tests.unit.sources.changes import change, lineage
from tests.unit.sources.gathered_shop import GatheredShop
from tests.unit.sources.shop_changes import Binlog

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
LINEAGE = lineage(change("users", "r", {"ID": 1}))
USER = {"ID": 9, "user_login": "ilse", "user_email": "ilse@post.example", "user_registered": 1795400685000}
META = {
    "first_name": "Ilse", "last_name": "Kok", "wp_capabilities": 'a:1:{s:8:"customer";b:1;}',
    "last_update": "1795400776", "paying_customer": "1", "billing_first_name": "Ilse",
    "billing_country": "BE", "shipping_country": "NL", "billing_email": "ilse@post.example",
}  # fmt: skip
BODY = json.loads(next(one.body for one in deliveries() if one.topic == "customer.updated"))


def kept(changes: Iterable[Change]) -> Rows:
    """The rows of one aggregate."""
    rows = Rows()
    for one in changes:
        if one.table in USER_TABLES and is_kept(one):
            rows.take(one)
    return rows


def _rows(meta: Mapping[str, Any], user: Mapping[str, Any] = USER) -> list[Change]:
    metas = [
        change(
            "usermeta", "c", {"umeta_id": number, "user_id": 9, "meta_key": key, "meta_value": value}, position=number
        )
        for number, (key, value) in enumerate(meta.items(), 2)
    ]
    return [change("users", "c", user), *metas]


def account(person: Person, modified_at: datetime = NOON, *, paying: bool = False) -> Account:
    """As webhooks tell it."""
    return Account(9, person, str(person.username), NOON, modified_at, 5, paying)


def _people() -> list[Person]:
    return [person for person in shop_plan(40, 7).customers if person.username][:20]


@pytest.mark.parametrize("person", _people(), ids=lambda person: str(person.username))
def test_a_customer_is_the_webhooks_field_by_field(person: Person) -> None:
    rows = kept(Binlog().of(people.register(person, str(person.username), 9, Stamp(Ids({}), NOON))))
    built = customer.payload(rows)
    body = json.loads(json.dumps(customer_payload(account(person))))
    assert built is not None
    # Plugins' values are not kept.
    both = (built.keys() & body.keys()) - {"meta_data"}
    assert len(both) >= 11
    assert {name: built[name] for name in both} == {name: body[name] for name in both}


def test_a_recorded_customer_is_told_alike_by_row_and_webhook() -> None:
    (user,) = [one.row for one in _recorded("wp_users") if one.row["ID"] == BODY["id"]]
    place = {f"{kind}_{key}": value for kind in ("billing", "shipping") for key, value in BODY[kind].items()}
    names = {name: BODY[name] for name in ("first_name", "last_name")}
    built = customer.payload(kept(_rows({**META, "last_update": "1795400776", **names, **place}, user)))
    assert built is not None
    assert {**built, "meta_data": []} == {name: BODY[name] for name in built} | {"meta_data": []}
    by_rows, by_webhook = entities.customer(built, LINEAGE), entities.customer(BODY, LINEAGE)
    for name in ("event_id", "subject", "country", "occurred_at"):
        assert by_rows[name] == by_webhook[name]


def test_recorded_rows_make_up_a_customer_and_no_secret_of_theirs_is_kept() -> None:
    rows = kept(one for name in ("wp_users", "wp_usermeta") for one in _recorded(name) if _user(one) == 2)
    built = customer.payload(rows)
    assert built is not None
    assert (built["role"], built["billing"]["city"], built["date_modified_gmt"]) == (
        "customer",
        "Amsterdam",
        "2026-11-23T02:24:44",
    )
    assert set(rows.meta("usermeta")) <= customer.KEPT_META | {"wp_capabilities"}


def _recorded(table: str) -> list[Change]:
    return [one for message in catalogue() if message.topic.endswith(table) and (one := parse(message)) is not None]


def _user(one: Change) -> int:
    return int(one.row.get("user_id") or one.row["ID"])


@pytest.mark.parametrize("key", ["session_tokens", "_woocommerce_persistent_cart_1", "wc_last_active", "birth_date"])
def test_nothing_else_of_the_meta_is_kept(key: str) -> None:
    assert not is_kept(_rows({key: "secret"})[1])


@pytest.mark.parametrize(
    ("capabilities", "role"),
    [
        ('a:1:{s:13:"administrator";b:1;}', "administrator"),
        ('a:2:{s:6:"editor";b:0;s:12:"shop_manager";b:1;}', "shop_manager"),
        ("a:0:{}", "customer"),
        ("damaged", "customer"),
        ('C:8:"customer":1:{x}', "customer"),
    ],
)
def test_the_role_is_the_first_that_the_account_holds(capabilities: str, role: str) -> None:
    built = customer.payload(kept(_rows({"shop7_capabilities": capabilities})))
    assert built is not None
    assert built["role"] == role


def test_a_customer_is_not_told_before_the_roles_have_come() -> None:
    assert customer.payload(kept(_rows({"first_name": "Ilse"}))) is None
    assert customer.payload(kept(_rows(META)[1:])) is None


def test_a_customer_is_told_through_the_accounts_life_as_webhooks_tell_it() -> None:
    shop, binlog, ids = GatheredShop(), Binlog("demo"), Ids({})
    person, mover = _people()[:2]
    moved = replace(person, address=mover.address)
    paid, left = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    saves = [
        (people.register(person, str(person.username), 9, Stamp(ids, NOON)), account(person)),
        (people.paid(9, first=True, stamp=Stamp(ids, paid)), account(person, paid, paying=True)),
        (people.moved(moved, 9, Stamp(ids, left)), account(moved, left, paying=True)),
    ]
    for changes, _ in saves:
        shop.rows(binlog.of(changes))
        shop.wait(2)
    shop.rows(binlog.of(people.deleted(9)))
    shop.wait(2)
    bodies = [json.loads(json.dumps(customer_payload(state))) for _, state in saves]
    assert [event["version"] for event in shop.events[:-1]] == [
        entities.customer(body, LINEAGE)["version"] for body in bodies
    ]
    kinds = [event["event_type"] for event in shop.events]
    assert kinds == ["customer_created", "customer_updated", "customer_updated", "customer_deleted"]


@given(st.permutations(_rows(META)), st.lists(st.sampled_from(_rows(META)), max_size=5))
def test_rows_say_the_same_in_any_order_and_however_often_they_come(order: list[Change], again: list[Change]) -> None:
    assert customer.payload(kept([*order, *again])) == customer.payload(kept(_rows(META)))


@FEW
@given(st.dictionaries(st.sampled_from(sorted(BODY)), ANYTHING))
def test_any_body_is_told_or_refused_and_nothing_else(changed: dict[str, Any]) -> None:
    try:
        entities.customer({**BODY, **changed}, LINEAGE)
    except RefusedError:
        return


@FEW
@given(
    st.dictionaries(st.sampled_from(sorted(USER)), ANYTHING),
    st.dictionaries(st.sampled_from(sorted(customer.KEPT_META | {"wp_capabilities"})), ANYTHING),
)
def test_any_rows_are_told_or_refused_and_nothing_else(user: dict[str, Any], meta: dict[str, Any]) -> None:
    try:
        built = customer.payload(kept(_rows(META | meta, {**USER, **user})))
        assert built is None or entities.customer(built, LINEAGE)
    except RefusedError:
        return
