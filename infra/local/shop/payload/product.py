"""`product.*`: sent for every change of a product or of one of its variations, a stock level's too."""

from dataclasses import dataclass
from datetime import datetime

from infra.local.shop.model import Product
from infra.local.shop.money import cents, net_price
from infra.local.shop.payload.parts import REST_ROOT, JsonObject, dates, links
from infra.local.shop.php import JsonValue
from infra.local.shop.rows.posts import description, permalink, slug


@dataclass(frozen=True, slots=True)
class StockedProduct:
    """A product as the database holds it; `parent_id` is 0 unless it is a variation. Times are UTC."""

    id: int
    parent_id: int
    product: Product
    stock: int
    sold: int
    created_at: datetime
    modified_at: datetime
    status: str = "publish"


def product_payload(stocked: StockedProduct) -> JsonObject:
    """The body's value, keys in WooCommerce's order."""
    item, variation = stocked.product, bool(stocked.parent_id)
    price = f"{item.price:.2f}"
    sales = {f"date_on_sale_{end}{zone}": None for end in ("from", "to") for zone in ("", "_gmt")}
    return {
        "id": stocked.id,
        "name": item.name,
        "slug": slug(item.name),
        "permalink": permalink(item),
        **dates("date_created", stocked.created_at),
        **dates("date_modified", stocked.modified_at),
        "type": "variation" if variation else "simple",
        "status": stocked.status,
        "featured": False,
        "catalog_visibility": "visible",
        "description": "" if variation else f"<p>{description(item)}</p>\n",
        "short_description": "",
        "sku": item.sku,
        "price": price,
        "regular_price": price,
        "sale_price": "",
        **sales,
        "on_sale": False,
        "purchasable": stocked.status == "publish",
        "total_sales": "0" if variation else stocked.sold,
        **_delivery(),
        **_stock(stocked),
        **_shipping(),
        "reviews_allowed": not variation,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": stocked.parent_id,
        "purchase_note": "",
        "categories": [] if variation else [{"id": 15, "name": "Uncategorized", "slug": "uncategorized"}],
        "brands": [],
        "tags": [],
        "images": [],
        "attributes": [_attribute(*attribute) for attribute in item.attributes],
        "default_attributes": [],
        "variations": [],
        "grouped_products": [],
        "menu_order": 0,
        "price_html": _price_html(item),
        "related_ids": [],
        "meta_data": [],
        "stock_status": "instock",
        "has_options": False,
        "post_password": "",
        "global_unique_id": "",
        "_links": _links(stocked),
    }


def _delivery() -> JsonObject:
    return {
        "virtual": False,
        "downloadable": False,
        "downloads": [],
        "download_limit": -1,
        "download_expiry": -1,
        "external_url": "",
        "button_text": "",
        "tax_status": "taxable",
        "tax_class": "",
    }


def _stock(stocked: StockedProduct) -> JsonObject:
    return {
        "manage_stock": True,
        "stock_quantity": stocked.stock,
        "backorders": "no",
        "backorders_allowed": False,
        "backordered": False,
        "low_stock_amount": None,
        "sold_individually": False,
    }


def _shipping() -> JsonObject:
    return {
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_required": True,
        "shipping_taxable": True,
        "shipping_class": "",
        "shipping_class_id": 0,
    }


def _attribute(key: str, label: str, value: str) -> JsonValue:
    return {"id": 0, "name": label, "slug": key, "option": value}


def _price_html(item: Product) -> str:
    shown = f"{cents(net_price(item.price)):.2f}".replace(".", ",")
    symbol = '<span class="woocommerce-Price-currencySymbol" translate="no">&euro;</span>'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{symbol}&nbsp;{shown}</bdi></span>'


def _links(stocked: StockedProduct) -> JsonObject:
    value = links("products", stocked.id)
    if stocked.parent_id:
        value["up"] = [{"href": f"{REST_ROOT}/products/{stocked.parent_id}"}]
    return value
