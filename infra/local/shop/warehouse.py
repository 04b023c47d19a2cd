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
        return [self._take(line, line.quantity, now) for line in lines]

    def adjust(self, line: PlacedLine, pieces: int, now: datetime) -> StockMove:
        """Take more pieces for a line that staff changed."""
        return self._take(line, pieces, now)

    def bring_in(self, sku: str, pieces: int, now: datetime) -> StockedProduct:
        """Pieces come in; the product as it stands then."""
        before = self._by_sku[sku]
        after = self._by_sku[sku] = replace(before, stock=before.stock + pieces, modified_at=now)
        return after

    def product(self, sku: str) -> StockedProduct:
        """A product as it now stands."""
        return self._by_sku[sku]

    def parent(self, product: Product) -> StockedProduct:
        """The product a variation belongs to, or the product itself."""
        return self._by_sku[product.parent_sku or product.sku]

    def _take(self, line: PlacedLine, pieces: int, now: datetime) -> StockMove:
        sku, whole = line.product.sku, line.product.parent_sku or line.product.sku
        before = self._by_sku[sku]
        self._by_sku[sku] = replace(before, stock=before.stock - pieces, modified_at=now)
        self._by_sku[whole] = replace(self._by_sku[whole], sold=self._by_sku[whole].sold + pieces)
        return StockMove(line, before.stock, self._by_sku[sku].stock, self._by_sku[whole].sold)
