"""Baskets with a structure: companions are bought together, the rest by theme, a little by chance."""

from random import Random

from infra.local.shop.catalogue import BY_SKU, CATALOGUE, COMPANIONS
from infra.local.shop.model import BasketLine, Product

COMPANION_CHANCE = 0.7
MAX_LINES = 4
SELLABLE = tuple(product for product in CATALOGUE if product.sellable)
STARTERS = tuple(BY_SKU[sku] for sku in COMPANIONS)


def basket(rng: Random) -> tuple[BasketLine, ...]:
    """Draw one to four different products with quantities of one to three."""
    first = rng.choice(STARTERS) if rng.random() < 0.8 else rng.choice(SELLABLE)
    chosen = [first]
    for sku in COMPANIONS.get(first.sku, ()):
        if rng.random() < COMPANION_CHANCE:
            _add(chosen, BY_SKU[sku])
    if rng.random() < 0.25:
        _add(chosen, rng.choice([p for p in SELLABLE if p.theme == first.theme]))
    if rng.random() < 0.1:
        _add(chosen, rng.choice(SELLABLE))
    return tuple(BasketLine(product, rng.choices((1, 2, 3), (7, 2, 1))[0]) for product in chosen[:MAX_LINES])


def _add(chosen: list[Product], product: Product) -> None:
    if product not in chosen:
        chosen.append(product)
