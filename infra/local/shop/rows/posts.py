"""Rows of wp_posts and wp_postmeta: products, and the placeholders that give orders their ids."""

from datetime import datetime

from infra.local.shop import site
from infra.local.shop.changes import Change, Delete, Ids, Insert, SqlValue, Stamp, Table, Update
from infra.local.shop.model import Product
from infra.local.shop.money import plain


def placeholder(order_id: int, parent_id: int, now: datetime) -> Insert:
    """The empty post behind an HPOS order or refund."""
    guid = f"{site.SITE_URL}/?post_type=shop_order_placehold&p={order_id}"
    return post(order_id, now, post_status="draft", comment_status="closed", post_parent=parent_id, guid=guid,
                 post_type="shop_order_placehold")  # fmt: skip


def product(  # noqa: PLR0913, PLR0917 - what a product is
    item: Product, product_id: int, parent_id: int, stock: int, stamp: Stamp, status: str = "publish"
) -> list[Change]:
    """A product or variation with the meta that sells it."""
    kind = "product_variation" if parent_id else "product"
    detail = ", ".join(f"{label}: {value}" for _, label, value in item.attributes)
    row = post(
        product_id,
        stamp.now,
        post_author=1,
        post_title=item.name,
        post_name=slug(item.name),
        post_parent=parent_id,
        post_excerpt=detail,
        post_content="" if parent_id else description(item),
        post_status=status,
        comment_status="closed" if parent_id else "open",
        guid=permalink(item),
        post_type=kind,
    )
    price = plain(item.price)
    meta = {"_sku": item.sku, "_regular_price": price, "_price": price, "_tax_status": "taxable",
            "_manage_stock": "yes", "_stock": str(stock), "_stock_status": "instock", "total_sales": "0"}  # fmt: skip
    return [row, *(post_meta(product_id, key, value, stamp.ids) for key, value in meta.items())]


def set_meta(post_id: int, key: str, value: str) -> Update:
    """Another value of a meta row that is there."""
    return Update(Table.POST_META, {"post_id": post_id, "meta_key": key}, {"meta_value": value})


def saved(post_id: int, now: datetime, **values: SqlValue) -> Update:
    """The post, saved at that time."""
    dates = {"post_modified": site.local(now), "post_modified_gmt": site.gmt(now)}
    return Update(Table.POSTS, {"ID": post_id}, {**values, **dates})


def stock_level(product_id: int, pieces: int, now: datetime) -> list[Change]:
    """Another stock level: WooCommerce writes it first, and saves the product after it."""
    return [set_meta(product_id, "_stock", str(pieces)), saved(product_id, now)]


def trashed(post_id: int, status: str, name: str, stamp: Stamp) -> list[Change]:
    """Into the trash, under another name, with what it was before in meta."""
    meta = {
        "_wp_trash_meta_status": status,
        "_wp_trash_meta_time": str(int(stamp.now.timestamp())),
        "_wp_desired_post_slug": name,
    }
    return [
        *(post_meta(post_id, key, value, stamp.ids) for key, value in meta.items()),
        saved(post_id, stamp.now, post_status="trash", post_name=f"{name}__trashed"),
    ]


def erased(post_id: int) -> list[Change]:
    """Gone for good: meta first."""
    return [Delete(Table.POST_META, {"post_id": post_id}), Delete(Table.POSTS, {"ID": post_id})]


def slug(name: str) -> str:
    """A name as WordPress writes it into an address."""
    folded = name.lower().replace("é", "e").replace(",", "")
    return "-".join(word for word in folded.replace("-", " ").split() if word)


def permalink(item: Product) -> str:
    """Where a product is read; a variation is its parent with the options chosen."""
    if not item.attributes:
        return f"{site.SITE_URL}/product/{slug(item.name)}/"
    chosen = "&".join(f"attribute_{key}={value}" for key, _, value in item.attributes)
    return f"{site.SITE_URL}/product/{slug(item.name.split(' - ')[0])}/?{chosen}"


def description(item: Product) -> str:
    """The product's text: it names the shop's own address and number, which are nobody's personal data."""
    return f"{item.name}, ontworpen in eigen atelier. Vragen: service@kantoor-keuken.example of 020 555 01 44."


def post(post_id: int, now: datetime, **values: SqlValue) -> Insert:
    """A post of any type."""
    row: dict[str, SqlValue] = {
        "ID": post_id,
        "post_author": 0,
        "post_date": site.local(now),
        "post_date_gmt": site.gmt(now),
        "post_content": "",
        "post_title": "",
        "post_excerpt": "",
        "post_status": "publish",
        "comment_status": "closed",
        "ping_status": "closed",
        "post_password": "",
        "post_name": "",
        "to_ping": "",
        "pinged": "",
        "post_modified": site.local(now),
        "post_modified_gmt": site.gmt(now),
        "post_content_filtered": "",
        "post_parent": 0,
        "guid": "",
        "menu_order": 0,
        "post_type": "post",
        "post_mime_type": "",
        "comment_count": 0,
    }
    return Insert(Table.POSTS, row | values)


def post_meta(post_id: int, key: str, value: str, ids: Ids) -> Insert:
    """A new meta row of a post."""
    number = ids.take(Table.POST_META)
    return Insert(Table.POST_META, {"meta_id": number, "post_id": post_id, "meta_key": key, "meta_value": value})
