"""Registered customers: they pay, move house, come and go."""

from dataclasses import replace

from infra.local.shop.changes import Table
from infra.local.shop.ledger import ChangeFact
from infra.local.shop.model import Person
from infra.local.shop.payload.customer import Account, customer_payload
from infra.local.shop.planned import CustomerLife, Removal
from infra.local.shop.rows import people
from infra.local.shop.shop import Shop
from infra.local.shop.webhook import Topic


async def paid(shop: Shop, person: Person) -> None:
    """An order of theirs was paid. Nothing for a guest."""
    accounts = shop.opening.accounts
    if person.email not in accounts:
        return
    async with shop.alone("customer", [accounts[person.email].user_id]):
        before, stamp = accounts[person.email], shop.stamp()
        after = accounts[person.email] = replace(before, paying=True, modified_at=stamp.now)
        await shop.write(people.paid(before.user_id, first=not before.paying, stamp=stamp), before.user_id)
        # Paid twice within a second: the second time nothing changes.
        if after != before:
            _record(shop, "customer_updated", after)
    await shop.tell(Topic.CUSTOMER_UPDATED, customer_payload(accounts[person.email]))


async def move(shop: Shop, removal: Removal) -> None:
    """A customer of the shop has another address."""
    accounts, email = shop.opening.accounts, removal.person.email
    async with shop.alone("customer", [accounts[email].user_id]):
        accounts[email] = await _moved(shop, accounts[email], replace(removal.person, address=removal.moved))
    await shop.tell(Topic.CUSTOMER_UPDATED, customer_payload(accounts[email]))


async def live(shop: Shop, life: CustomerLife) -> None:
    """An account that never orders."""
    person, username = life.person, life.person.username or life.person.email.partition("@")[0]
    if person.email in shop.opening.held_accounts:
        return
    stamp, user_id = shop.stamp(), shop.ids.take(Table.USERS)
    await shop.write(people.register(person, username, user_id, stamp, shop.opening.installation.prefix), user_id)
    account = Account(user_id, person, username, stamp.now, stamp.now, user_id)
    await shop.tell(Topic.CUSTOMER_CREATED, customer_payload(account))
    account = await _moved(shop, account, replace(person, address=life.moved))
    await shop.tell(Topic.CUSTOMER_UPDATED, customer_payload(account))
    if life.deleted:
        stamp = await shop.later(account.modified_at)
        await shop.write(people.deleted(user_id), user_id)
        _record(shop, "customer_deleted", replace(account, modified_at=shop.now()))
        await shop.tell(Topic.CUSTOMER_DELETED, {"id": user_id})


async def _moved(shop: Shop, account: Account, person: Person) -> Account:
    stamp = await shop.later(account.modified_at)
    after = replace(account, person=person, modified_at=stamp.now)
    await shop.write(people.moved(person, account.user_id, stamp), account.user_id)
    _record(shop, "customer_updated", after)
    return after


def _record(shop: Shop, event_type: str, account: Account) -> None:
    shop.ledger.write(ChangeFact(event_type, "customer", account.user_id, account.modified_at))
