"""Goods: pieces that come in, products of a season from draft to trash."""

from dataclasses import replace

from infra.local.shop.changes import Change, Table
from infra.local.shop.ledger import ChangeFact
from infra.local.shop.money import plain
from infra.local.shop.payload.product import StockedProduct, product_payload
from infra.local.shop.planned import ProductLife, Restock, Shelf
from infra.local.shop.rows import posts
from infra.local.shop.shop import Shop
from infra.local.shop.webhook import Topic

PIECES = 40


async def restock(shop: Shop, restock: Restock) -> None:
    """Pieces come in."""
    warehouse = shop.opening.warehouse
    parent = warehouse.parent(warehouse.product(restock.sku).product)
    async with shop.alone("product", [parent.id]):
        stamp = await shop.later(warehouse.product(restock.sku).modified_at)
        after = warehouse.bring_in(restock.sku, restock.pieces, stamp.now)
        await shop.write(posts.stock_level(after.id, after.stock, stamp.now), after.id)
        record(shop, "product_updated", after)
    await shop.tell(Topic.PRODUCT_UPDATED, product_payload(warehouse.product(restock.sku)))


async def live(shop: Shop, life: ProductLife) -> None:
    """A product of a season; nobody orders it."""
    stamp, number = shop.stamp(), shop.ids.take(Table.POSTS)
    item = replace(life.product, sku=f"{life.product.sku}-{number}")
    shelf = StockedProduct(number, 0, item, PIECES, 0, stamp.now, stamp.now, "draft")
    await shop.write(posts.product(item, number, 0, PIECES, stamp, "draft"), number)
    await shop.tell(Topic.PRODUCT_CREATED, product_payload(shelf))
    shelf = await _save(shop, replace(shelf, status="publish"))
    shelf = await _save(shop, replace(shelf, product=replace(item, price=life.price)))
    shelf = await _save(shop, replace(shelf, product=replace(shelf.product, name=life.name)))
    if life.withdrawn:
        shelf = await _save(shop, replace(shelf, status="draft"))
    if life.end is not Shelf.KEPT:
        await _remove(shop, shelf, life.end)


async def _save(shop: Shop, shelf: StockedProduct) -> StockedProduct:
    stamp = await shop.later(shelf.modified_at)
    after, item = replace(shelf, modified_at=stamp.now), shelf.product
    changes: list[Change] = [posts.saved(shelf.id, stamp.now, post_title=item.name, post_status=shelf.status)]
    changes += [posts.set_meta(shelf.id, key, plain(item.price)) for key in ("_regular_price", "_price")]
    await shop.write(changes, shelf.id)
    record(shop, "product_updated", after)
    await shop.tell(Topic.PRODUCT_UPDATED, product_payload(after))
    return after


async def _remove(shop: Shop, shelf: StockedProduct, end: Shelf) -> None:
    stamp = await shop.later(shelf.modified_at)
    await shop.write(posts.trashed(shelf.id, shelf.status, posts.slug(shelf.product.name), stamp), shelf.id)
    record(shop, "product_deleted", replace(shelf, status="trash", modified_at=stamp.now))
    await shop.tell(Topic.PRODUCT_DELETED, {"id": shelf.id})
    if end is Shelf.ERASED:
        await shop.write(posts.erased(shelf.id), shelf.id)


def record(shop: Shop, event_type: str, shelf: StockedProduct) -> None:
    """Record a change of a product."""
    shop.ledger.write(ChangeFact(event_type, "product", shelf.id, shelf.modified_at, shelf.status))
