"""Coupons in use, and coupons of a season."""

from dataclasses import replace

from infra.local.shop.changes import Change, Table
from infra.local.shop.ledger import ChangeFact
from infra.local.shop.order import PlacedOrder
from infra.local.shop.payload.coupon import Coupon, coupon_payload
from infra.local.shop.planned import CouponLife, Shelf
from infra.local.shop.rows import coupons, posts
from infra.local.shop.shop import Shop
from infra.local.shop.webhook import Topic


async def use(shop: Shop, order: PlacedOrder) -> None:
    """Count the use of an order's coupon, where there is one."""
    await _count(shop, order, 1)


async def give_back(shop: Shop, order: PlacedOrder) -> None:
    """The order was cancelled."""
    await _count(shop, order, -1)


async def _count(shop: Shop, order: PlacedOrder, by: int) -> None:
    if order.coupon is None:
        return
    known, user = shop.opening.coupons, str(order.customer_id or order.plan.customer.email)
    async with shop.alone("coupon", [order.coupon.coupon_id]):
        before = known[order.coupon.code]
        coupon = known[order.coupon.code] = replace(before, used=before.used + by)
        if by > 0:
            changes = coupons.counted(coupon.id, coupon.used, user, shop.stamp())
        else:
            changes = coupons.given_back(coupon.id, coupon.used, user)
        await shop.write(changes, order.id)
        _record(shop, "coupon_updated", coupon)


async def live(shop: Shop, life: CouponLife) -> None:
    """A coupon from its creation to its end."""
    stamp = shop.stamp()
    number = shop.ids.take(Table.POSTS)
    coupon = Coupon(number, f"{life.word}-{number}", life.amount, stamp.now, stamp.now, "Actie", usage_limit=100)
    await shop.write(coupons.created(coupon, stamp), number)
    await shop.tell(Topic.COUPON_CREATED, coupon_payload(coupon))
    stamp = await shop.later(coupon.modified_at)
    coupon = replace(coupon, amount=life.changed, modified_at=stamp.now)
    await shop.write(coupons.changed(number, coupon.amount, stamp), number)
    _record(shop, "coupon_updated", coupon)
    await shop.tell(Topic.COUPON_UPDATED, coupon_payload(coupon))
    if life.end is not Shelf.KEPT:
        await _remove(shop, coupon, life.end)


async def _remove(shop: Shop, coupon: Coupon, end: Shelf) -> None:
    stamp = await shop.later(coupon.modified_at)
    gone = replace(coupon, status="trash", modified_at=stamp.now)
    changes: list[Change] = posts.trashed(coupon.id, coupon.status, coupon.code, stamp)
    await shop.write(changes, coupon.id)
    _record(shop, "coupon_deleted", gone)
    await shop.tell(Topic.COUPON_DELETED, {"id": coupon.id})
    if end is Shelf.ERASED:
        await shop.write(posts.erased(coupon.id), coupon.id)


def _record(shop: Shop, event_type: str, coupon: Coupon) -> None:
    shop.ledger.write(ChangeFact(event_type, "coupon", coupon.id, shop.now(), coupon.status))
