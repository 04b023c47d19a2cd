"""Orders as WooCommerce writes them, in the number of rows alone: what a connector has to read for each."""

from collections.abc import Iterator

Statement = tuple[str, list[tuple[object, ...]]]

_META = 6
_ITEMS = 3
_ITEM_META = 9

_ORDER = (
    "INSERT INTO wp_wc_orders (id, status, currency, type, tax_amount, total_amount, customer_id, billing_email,"
    " date_created_gmt, date_updated_gmt, payment_method, ip_address, user_agent) VALUES"
    " (%s, 'wc-pending', 'EUR', 'shop_order', 7.26, 41.84, 0, %s, '2026-05-04 10:00:00', '2026-05-04 10:00:00', 'bacs',"
    " '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0')"
)
_ADDRESS = (
    "INSERT INTO wp_wc_order_addresses (order_id, address_type, first_name, last_name, address_1, city, postcode,"
    " country, email, phone) VALUES (%s, %s, 'Ilse', 'de Vries', 'Prinsengracht 263', 'Amsterdam', '1016 GV', 'NL', %s,"
    " '+31 20 555 01 23')"
)
_DATA = (
    "INSERT INTO wp_wc_order_operational_data (order_id, created_via, woocommerce_version, order_key)"
    " VALUES (%s, 'checkout', '11.0.1', %s)"
)
_ORDER_META = "INSERT INTO wp_wc_orders_meta (order_id, meta_key, meta_value) VALUES (%s, %s, %s)"
_ITEM = (
    "INSERT INTO wp_woocommerce_order_items (order_item_id, order_item_name, order_item_type, order_id)"
    " VALUES (%s, 'Fountain pen', 'line_item', %s)"
)
_OF_ITEM = "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (%s, %s, '11.77686')"
_PAID = "UPDATE wp_wc_orders SET status = 'wc-processing', date_updated_gmt = '2026-05-04 10:01:00' WHERE id = %s"
_NOTE = (
    "INSERT INTO wp_comments (comment_post_ID, comment_author, comment_content, comment_type, comment_date_gmt) VALUES"
    " (%s, 'WooCommerce', 'Order status changed from pending to processing.', 'order_note', '2026-05-04 10:01:00')"
)

ROWS = 1 + 2 + 1 + _META + _ITEMS + _ITEMS * _ITEM_META + 1 + 1
"""Row changes of one order."""


def statements(order_id: int) -> Iterator[Statement]:
    """What is written for one order; together ROWS rows."""
    email = f"ilse.{order_id}@post.example"
    items = [order_id * 10 + number for number in range(_ITEMS)]
    yield _ORDER, [(order_id, email)]
    yield _ADDRESS, [(order_id, kind, email) for kind in ("billing", "shipping")]
    yield _DATA, [(order_id, f"wc_order_{order_id:012d}")]
    yield _ORDER_META, [(order_id, f"_key_{number}", f"value {number}") for number in range(_META)]
    yield _ITEM, [(item, order_id) for item in items]
    yield _OF_ITEM, [(item, f"_line_{number}") for item in items for number in range(_ITEM_META)]
    yield _PAID, [(order_id,)]
    yield _NOTE, [(order_id,)]
