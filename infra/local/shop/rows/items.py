"""Order items and their meta: products, shipping, tax, fees, coupons; and their edits."""

from decimal import Decimal

from infra.local.shop.changes import Change, Ids, Insert, SqlValue, Table, Update
from infra.local.shop.countries import COUNTRIES
from infra.local.shop.model import Product
from infra.local.shop.money import SHIPPING, cents, plain
from infra.local.shop.order import PlacedLine, PlacedOrder
from infra.local.shop.payload.additions import FEE_NAME, coupon_info
from infra.local.shop.php import PhpValue, serialize


def tax_item(order: PlacedOrder, ids: Ids) -> list[Change]:
    """The tax line, written before the order exists and therefore under order 0; none where no tax is due."""
    if order.tax_item_id is None:
        return []
    return tax_row(order, order.tax_item_id, 0, (order.amounts.cart_tax, order.amounts.shipping_tax), ids)


def tax_row(order: PlacedOrder, item_id: int, order_id: int, tax: tuple[Decimal, Decimal], ids: Ids) -> list[Change]:
    """A tax line of an order or a refund; `tax` on goods and on shipping."""
    meta = {
        "rate_id": str(COUNTRIES[order.country].rate_id),
        "label": "BTW",
        "compound": "",
        "tax_amount": plain(tax[0]),
        "shipping_tax_amount": plain(tax[1]),
        "rate_percent": plain(order.amounts.vat),
    }
    return item(item_id, f"{order.country}-BTW-1", "tax", order_id, meta, ids)


def adopt_tax_item(order: PlacedOrder) -> list[Change]:
    """Give the tax line its order."""
    if order.tax_item_id is None:
        return []
    return [Update(Table.ITEMS, {"order_item_id": order.tax_item_id}, {"order_id": order.id})]


def line_item(order: PlacedOrder, line: PlacedLine, ids: Ids) -> list[Change]:
    """A product line with its amounts and chosen options."""
    meta = {
        "_product_id": str(line.product_id),
        "_variation_id": str(line.variation_id),
        "_tax_class": "",
        **quantified(order, line),
    }
    changes = item(line.item_id, line.product.name, "line_item", order.id, meta, ids)
    return changes + [_meta(option.id, line.item_id, option.key, option.value) for option in line.attributes]


def quantified(order: PlacedOrder, line: PlacedLine, sign: int = 1) -> dict[str, str]:
    """The meta of a line that follow from its quantity; `sign` is -1 in a refund."""
    sold, full = line.amounts.sold, line.amounts.full
    taxes = {"total": tax_data(order, sign * sold.raw_tax), "subtotal": tax_data(order, sign * full.raw_tax)}
    return {
        "_qty": str(sign * line.quantity),
        "_line_subtotal": plain(sign * full.net),
        "_line_subtotal_tax": plain(sign * full.tax),
        "_line_total": plain(sign * sold.net),
        "_line_tax": plain(sign * sold.tax),
        "_line_tax_data": serialize(taxes),
    }


def requantified(order: PlacedOrder, line: PlacedLine) -> list[Change]:
    """The line's meta after its quantity was changed, and the order's tax and coupon lines."""
    changes = [_set(line.item_id, key, value) for key, value in quantified(order, line).items()]
    if order.tax_item_id is not None:
        changes.append(_set(order.tax_item_id, "tax_amount", plain(order.amounts.cart_tax)))
    if order.coupon is not None:
        changes += [_set(order.coupon.item_id, key, value) for key, value in _discount(order).items()]
    return changes


def restocked(line: PlacedLine) -> Change:
    """The mark of how many pieces of an edited line have left the stock."""
    return _set(line.item_id, "_reduced_stock", str(line.quantity))


def fee_item(order: PlacedOrder, ids: Ids) -> list[Change]:
    """The gift wrapping, where it was asked for."""
    fee = order.amounts.fee
    if fee is None or order.fee_item_id is None:
        return []
    meta = {
        "_tax_class": "",
        "_tax_status": "taxable",
        "_fee_amount": plain(fee.net),
        "_line_total": plain(fee.net),
        "_line_tax": plain(fee.tax),
        "_line_tax_data": serialize({"total": tax_data(order, fee.raw_tax)}),
    }
    return item(order.fee_item_id, FEE_NAME, "fee", order.id, meta, ids)


def coupon_item(order: PlacedOrder, ids: Ids) -> list[Change]:
    """The coupon, where one was used."""
    coupon = order.coupon
    if coupon is None:
        return []
    changes = item(coupon.item_id, coupon.code, "coupon", order.id, _discount(order), ids)
    return [*changes, _meta(coupon.info_meta_id, coupon.item_id, "coupon_info", coupon_info(order))]


def _discount(order: PlacedOrder) -> dict[str, str]:
    return {
        "discount_amount": plain(cents(order.amounts.discount)),
        "discount_amount_tax": plain(cents(order.amounts.discount_tax)),
    }


def shipping_item(order: PlacedOrder, ids: Ids) -> list[Change]:
    """The shipping line; its meta names the goods."""
    meta = {
        "method_id": "flat_rate",
        "instance_id": "1",
        "cost": plain(SHIPPING),
        "total_tax": plain(order.amounts.shipping_tax),
        "taxes": serialize({"total": tax_data(order, order.amounts.shipping_raw_tax)}),
        "Items": ", ".join(f"{line.product.name} &times; {line.quantity}" for line in order.lines),
    }
    return item(order.shipping_item_id, "Pakketpost", "shipping", order.id, meta, ids)


def reduced_stock(line: PlacedLine) -> Insert:
    """The mark that this line's pieces have left the stock."""
    return _meta(line.stock_meta_id, line.item_id, "_reduced_stock", str(line.quantity))


def label(product: Product) -> str:
    """A product as WooCommerce's own notes name it."""
    return f"{product.name} ({product.sku})"


def tax_data(order: PlacedOrder, raw_tax: Decimal) -> PhpValue:
    """Tax by rate, as items keep it."""
    return {} if order.tax_item_id is None else {COUNTRIES[order.country].rate_id: plain(raw_tax)}


def item(item_id: int, name: str, kind: str, order_id: int, meta: dict[str, str], ids: Ids) -> list[Change]:  # noqa: PLR0913, PLR0917 - the columns of its row
    """An item of any kind, with its meta."""
    row: dict[str, SqlValue] = {
        "order_item_id": item_id,
        "order_item_name": name,
        "order_item_type": kind,
        "order_id": order_id,
    }
    rows = [_meta(ids.take(Table.ITEM_META), item_id, key, value) for key, value in meta.items()]
    return [Insert(Table.ITEMS, row), *rows]


def _set(item_id: int, key: str, value: str) -> Change:
    return Update(Table.ITEM_META, {"order_item_id": item_id, "meta_key": key}, {"meta_value": value})


def _meta(meta_id: int, item_id: int, key: str, value: str) -> Insert:
    return Insert(Table.ITEM_META, {"meta_id": meta_id, "order_item_id": item_id, "meta_key": key, "meta_value": value})
