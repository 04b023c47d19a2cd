"""The tables of a shop that are captured: their logical names, and the column that says which aggregate a row is of.

All rows with the same key come to the same partition, in binlog order. `wp_` stands for the shop's table prefix.
Source: WooCommerce 11 (High-Performance Order Storage) and WordPress 7, as seen in a running shop.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CapturedTable:
    """One table without its prefix.

    `key`: column of the aggregate's id. `primary`: column that tells its rows apart. `excluded`: columns that nobody
    needs, left out at the source. `long`: columns without a bound of their own, cut at LONGEST_TEXT.
    """

    name: str
    key: str
    primary: str
    excluded: tuple[str, ...] = ()
    long: tuple[str, ...] = ()


LONGEST_TEXT = 400_000
"""How much of a `long` column is captured, in UTF-16 code units. A text of just this length was cut."""

TABLES: Mapping[str, CapturedTable] = {
    table.name: table
    for table in (
        CapturedTable("wc_orders", "id", "id"),
        CapturedTable("wc_order_addresses", "order_id", "id"),
        CapturedTable("wc_order_operational_data", "order_id", "id"),
        CapturedTable("wc_orders_meta", "order_id", "id"),
        # The rows of a line know one another by the line; the line tells its order (streams.sources.assembly.line).
        CapturedTable("woocommerce_order_items", "order_item_id", "order_item_id"),
        CapturedTable("woocommerce_order_itemmeta", "order_item_id", "meta_id", long=("meta_value",)),
        CapturedTable("woocommerce_sessions", "session_key", "session_id", long=("session_value",)),
        CapturedTable("comments", "comment_post_ID", "comment_ID"),
        CapturedTable("users", "ID", "ID", ("user_pass", "user_activation_key", "user_url")),
        CapturedTable("usermeta", "user_id", "umeta_id", long=("meta_value",)),
        CapturedTable(
            "posts", "ID", "ID", ("post_content", "post_content_filtered", "post_password", "to_ping", "pinged")
        ),
        CapturedTable("postmeta", "post_id", "meta_id", long=("meta_value",)),
        CapturedTable("options", "option_id", "option_id", long=("option_value",)),
    )
}
