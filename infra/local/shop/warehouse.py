"""Stock levels in memory, beside the ones in the database, so that notes and webhooks can name them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from infra.local.shop.model import Product
from infra.local.shop.order import PlacedLine
from infra.local.shop.payload.product import StockedProduct
from infra.local.shop.rows.status import StockMove

INITIAL_STOCK = 500


class Warehouse:
    """The stocked catalogue by SKU."""

    def __init__(self, products: Sequence[StockedProduct]) -> None:
        """Start from what the database holds."""
        self._by_sku = {stocked.product.sku: stocked for stocked in products}

    @property
    def ids(self) -> Mapping[str, int]:
        """Product and variation ids by SKU."""
        return {sku: stocked.id for sku, stocked in self._by_sku.items()}

    def take(self, lines: Sequence[PlacedLine], now: datetime) -> list[StockMove]:
        """Take the pieces of an order. Levels may fall below zero: the shop sells on, as WooCommerce's races do."""
        return [self._take(line, now) for line in lines]

    def product(self, sku: str) -> StockedProduct:
        """A product as it now stands."""
        return self._by_sku[sku]

    def parent(self, product: Product) -> StockedProduct:
        """The product a variation belongs to, or the product itself."""
        return self._by_sku[product.parent_sku or product.sku]

    def _take(self, line: PlacedLine, now: datetime) -> StockMove:
        sku = line.product.sku
        before = self._by_sku[sku]
        after = replace(before, stock=before.stock - line.quantity, sold=before.sold + line.quantity, modified_at=now)
        self._by_sku[sku] = after
        return StockMove(line, before.stock, after.stock)
