"""Orders as older shops keep them: posts of type shop_order with `_billing_*` and `_order_*` meta.

Rows of the order tables are translated one by one; lines, notes and everything else stay where they are.
Source: WooCommerce's WC_Order_Data_Store_CPT, `internal_meta_keys` and `update_post_meta`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from infra.local.shop import site
from infra.local.shop.changes import Change, Delete, Ids, Insert, SqlValue, Table, Update
from infra.local.shop.rows import posts

_ORDER = {
    "currency": "_order_currency",
    "tax_amount": "_order_tax",
    "total_amount": "_order_total",
    "customer_id": "_customer_user",
    "payment_method": "_payment_method",
    "payment_method_title": "_payment_method_title",
    "transaction_id": "_transaction_id",
    "ip_address": "_customer_ip_address",
    "user_agent": "_customer_user_agent",
}
_OPERATIONAL = {
    "created_via": "_created_via",
    "woocommerce_version": "_order_version",
    "prices_include_tax": "_prices_include_tax",
    "coupon_usages_are_counted": "_recorded_coupon_usage_counts",
    "download_permission_granted": "_download_permissions_granted",
    "cart_hash": "_cart_hash",
    "new_order_email_sent": "_new_order_email_sent",
    "order_key": "_order_key",
    "order_stock_reduced": "_order_stock_reduced",
    "shipping_tax_amount": "_order_shipping_tax",
    "shipping_total_amount": "_order_shipping",
    "discount_tax_amount": "_cart_discount_tax",
    "discount_total_amount": "_cart_discount",
    "recorded_sales": "_recorded_sales",
}
_FLAGS = frozenset({"prices_include_tax", "coupon_usages_are_counted", "download_permission_granted",
                    "order_stock_reduced", "recorded_sales", "new_order_email_sent"})  # fmt: skip
_DATES = {"date_paid_gmt": ("_date_paid", "_paid_date"), "date_completed_gmt": ("_date_completed", "_completed_date")}


def translated(changes: Sequence[Change], ids: Ids) -> list[Change]:
    """The same changes in a shop that keeps orders in wp_posts."""
    return [translation for change in changes for translation in _one(change, ids)]


def _one(change: Change, ids: Ids) -> Iterator[Change]:
    match change.table:
        case Table.POSTS if isinstance(change, Insert) and change.row["post_type"] == "shop_order_placehold":
            return
        case Table.ORDERS:
            yield from _order(change, ids)
        case Table.ADDRESSES:
            yield from _addresses(change, ids)
        case Table.OPERATIONAL:
            yield from _operational(change, ids)
        case Table.ORDER_META:
            yield from _meta(change, ids)
        case _:
            yield change


def _order(change: Change, ids: Ids) -> Iterator[Change]:
    match change:
        case Insert(row=row):
            yield _post(row)
            yield from _added(_number(row["id"]), _named(row, _ORDER), ids)
        case Update(where=where, values=values):
            number = _number(where["id"])
            if columns := _columns(values):
                yield Update(Table.POSTS, {"ID": number}, columns)
            yield from _changed(number, _named(values, _ORDER))
        case Delete(where=where):
            yield from posts.erased(_number(where["id"]))


def _addresses(change: Change, ids: Ids) -> Iterator[Change]:
    match change:
        case Insert(row=row):
            yield from _added(_number(row["order_id"]), _address(row, str(row["address_type"])), ids)
        case Update(where=where, values=values):
            yield from _changed(_number(where["order_id"]), _address(values, str(where["address_type"])))


def _operational(change: Change, ids: Ids) -> Iterator[Change]:
    match change:
        case Insert(row=row):
            yield from _added(_number(row["order_id"]), _named(row, _OPERATIONAL), ids)
        case Update(where=where, values=values):
            yield from _changed(_number(where["order_id"]), _named(values, _OPERATIONAL))
            # Nothing is written before there is a date.
            yield from _added(_number(where["order_id"]), _dates(values), ids)


def _meta(change: Change, ids: Ids) -> Iterator[Change]:
    match change:
        case Insert(row=row):
            yield from _added(_number(row["order_id"]), {str(row["meta_key"]): str(row["meta_value"])}, ids)
        case Update(where=where, values=values):
            yield Update(Table.POST_META, _where(where), values)
        case Delete(where=where):
            yield Delete(Table.POST_META, _where(where))


def _post(row: Mapping[str, SqlValue]) -> Insert:
    created = _utc(row["date_created_gmt"])
    return posts.post(
        _number(row["id"]),
        created,
        post_author=1,
        post_title=f"Order &ndash; {site.local(created):%B %d, %Y @ %I:%M %p}",
        post_excerpt=str(row["customer_note"] or ""),
        post_status=row["status"],
        post_parent=row["parent_order_id"] or 0,
        guid=f"{site.SITE_URL}/?post_type={row['type']}&p={row['id']}",
        post_type=row["type"],
    )


def _columns(values: Mapping[str, SqlValue]) -> dict[str, SqlValue]:
    """What the post itself holds of an order."""
    columns: dict[str, SqlValue] = {}
    if "status" in values:
        columns["post_status"] = values["status"]
    if "customer_note" in values:
        columns["post_excerpt"] = values["customer_note"] or ""
    if "date_updated_gmt" in values:
        moment = _utc(values["date_updated_gmt"])
        columns |= {"post_modified": site.local(moment), "post_modified_gmt": site.gmt(moment)}
    return columns


def _named(values: Mapping[str, SqlValue], names: Mapping[str, str]) -> dict[str, str]:
    """Columns under the names of their meta, what is null left out."""
    return {
        names[column]: _text(column, value) for column, value in values.items() if column in names and value is not None
    }


def _text(column: str, value: SqlValue) -> str:
    if column in _FLAGS:
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _address(values: Mapping[str, SqlValue], kind: str) -> dict[str, str]:
    """Every part, the empty ones too; an e-mail address belongs to a bill alone."""
    parts = (name for name in values if name not in {"id", "order_id", "address_type"})
    return {f"_{kind}_{name}": str(values[name] or "") for name in parts if (kind, name) != ("shipping", "email")}


def _dates(values: Mapping[str, SqlValue]) -> dict[str, str]:
    """Each date twice: seconds since 1970, and the shop's own time as text."""
    meta: dict[str, str] = {}
    for column, (stamp, text) in _DATES.items():
        if values.get(column) is not None:
            moment = _utc(values[column])
            meta |= {stamp: str(int(moment.timestamp())), text: f"{site.local(moment):%Y-%m-%d %H:%M:%S}"}
    return meta


def _added(number: int, meta: Mapping[str, str], ids: Ids) -> Iterator[Change]:
    return (posts.post_meta(number, key, value, ids) for key, value in meta.items())


def _changed(number: int, meta: Mapping[str, str]) -> Iterator[Change]:
    return (posts.set_meta(number, key, value) for key, value in meta.items())


def _where(where: Mapping[str, SqlValue]) -> dict[str, SqlValue]:
    return {("post_id" if name == "order_id" else name): value for name, value in where.items()}


def _number(value: SqlValue) -> int:
    return int(str(value))


def _utc(value: SqlValue) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a row's date is no datetime")
    return value.replace(tzinfo=UTC)
