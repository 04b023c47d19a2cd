"""Plays one chore of the shop to its end."""

from infra.local.shop import accounts, carts, coupons, goods, settings
from infra.local.shop.planned import (
    CartLife,
    Chore,
    CouponLife,
    CustomerLife,
    ProductLife,
    Removal,
    Restock,
    SettingSaved,
)
from infra.local.shop.shop import Shop


async def do(shop: Shop, chore: Chore) -> None:
    """Raises ShopDatabaseError; a lost or refused webhook ends nothing."""
    match chore:
        case CustomerLife():
            await accounts.live(shop, chore)
        case Removal():
            await accounts.move(shop, chore)
        case ProductLife():
            await goods.live(shop, chore)
        case Restock():
            await goods.restock(shop, chore)
        case CouponLife():
            await coupons.live(shop, chore)
        case CartLife():
            await carts.live(shop, chore)
        case SettingSaved():
            await settings.save(shop, chore)
