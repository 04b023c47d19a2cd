"""Order items and their meta: products, shipping, tax."""

from decimal import Decimal

from infra.local.shop.changes import Change, Ids, Insert, SqlValue, Table, Update
from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import Product
from infra.local.shop.money import SHIPPING, plain
from infra.local.shop.order import PlacedLine, PlacedOrder
from infra.local.shop.php import PhpValue, serialize


def tax_item(order: PlacedOrder, ids: Ids) -> list[Change]:
    """The tax line, written before the order exists and therefore under order 0; none where no tax is due."""
    if order.tax_item_id is None:
        return []
    meta = {
        "rate_id": str(COUNTRIES[order.country].rate_id),
        "label": "BTW",
        "compound": "",
        "tax_amount": plain(order.amounts.cart_tax),
        "shipping_tax_amount": plain(order.amounts.shipping_tax),
        "rate_percent": plain(order.amounts.vat),
    }
    row = _row(order.tax_item_id, f"{order.country}-BTW-1", "tax", 0)
    return _item(row, order.tax_item_id, meta, ids)


def adopt_tax_item(order: PlacedOrder) -> list[Change]:
    """Give the tax line its order."""
    if order.tax_item_id is None:
        return []
    return [Update(Table.ITEMS, {"order_item_id": order.tax_item_id}, {"order_id": order.id})]


def line_item(order: PlacedOrder, line: PlacedLine, ids: Ids) -> list[Change]:
    """A product line with its amounts and chosen options."""
    net, tax = plain(line.amounts.net), plain(line.amounts.tax)
    taxes = _tax_data(order, line.amounts.raw_tax)
    meta = {
        "_product_id": str(line.product_id),
        "_variation_id": str(line.variation_id),
        "_qty": str(line.quantity),
        "_tax_class": "",
        "_line_subtotal": net,
        "_line_subtotal_tax": tax,
        "_line_total": net,
        "_line_tax": tax,
        "_line_tax_data": serialize({"total": taxes, "subtotal": taxes}),
    }
    item = _item(_row(line.item_id, line.product.name, "line_item", order.id), line.item_id, meta, ids)
    return item + [_meta(option.id, line.item_id, option.key, option.value) for option in line.attributes]


def shipping_item(order: PlacedOrder, ids: Ids) -> list[Change]:
    """The shipping line; its meta names the goods."""
    meta = {
        "method_id": "flat_rate",
        "instance_id": "1",
        "cost": plain(SHIPPING),
        "total_tax": plain(order.amounts.shipping_tax),
        "taxes": serialize({"total": _tax_data(order, order.amounts.shipping_raw_tax)}),
        "Items": ", ".join(f"{line.product.name} &times; {line.quantity}" for line in order.lines),
    }
    row = _row(order.shipping_item_id, "Pakketpost", "shipping", order.id)
    return _item(row, order.shipping_item_id, meta, ids)


def reduced_stock(line: PlacedLine) -> Insert:
    """The mark that this line's pieces have left the stock."""
    return _meta(line.stock_meta_id, line.item_id, "_reduced_stock", str(line.quantity))


def label(product: Product) -> str:
    """A product as WooCommerce's own notes name it."""
    return f"{product.name} ({product.sku})"


def _tax_data(order: PlacedOrder, raw_tax: Decimal) -> PhpValue:
    return {} if order.tax_item_id is None else {COUNTRIES[order.country].rate_id: plain(raw_tax)}


def _row(item_id: int, name: str, kind: str, order_id: int) -> Insert:
    row: dict[str, SqlValue] = {
        "order_item_id": item_id,
        "order_item_name": name,
        "order_item_type": kind,
        "order_id": order_id,
    }
    return Insert(Table.ITEMS, row)


def _item(row: Insert, item_id: int, meta: dict[str, str], ids: Ids) -> list[Change]:
    rows = [_meta(ids.take(Table.ITEM_META), item_id, key, value) for key, value in meta.items()]
    return [row, *rows]


def _meta(meta_id: int, item_id: int, key: str, value: str) -> Insert:
    return Insert(Table.ITEM_META, {"meta_id": meta_id, "order_item_id": item_id, "meta_key": key, "meta_value": value})
