"""The questions behind `truth`, for both places where orders are kept. `{p}` stands for the table prefix."""

from infra.local.shop.site import OrderStorage

ITEMS = """
SELECT order_item_id AS id, order_id, order_item_type AS kind, order_item_name AS name
FROM {p}woocommerce_order_items ORDER BY order_item_id
"""
ITEM_META = """
SELECT order_item_id AS item, meta_key AS name, meta_value AS value FROM {p}woocommerce_order_itemmeta
WHERE meta_key IN ('_product_id', '_variation_id', '_qty', '_line_total')
"""

HEADS = {
    OrderStorage.TABLES: """
SELECT o.id, o.status, o.currency, o.total_amount AS total, o.tax_amount AS cart_tax, o.customer_id, o.payment_method,
    d.shipping_tax_amount AS shipping_tax, d.shipping_total_amount AS shipping_total,
    d.discount_total_amount AS discount_total, b.country AS billing_country, s.country AS shipping_country,
    o.date_created_gmt AS placed_at, o.date_updated_gmt AS modified_at
FROM {p}wc_orders o
LEFT JOIN {p}wc_order_operational_data d ON d.order_id = o.id
LEFT JOIN {p}wc_order_addresses b ON b.order_id = o.id AND b.address_type = 'billing'
LEFT JOIN {p}wc_order_addresses s ON s.order_id = o.id AND s.address_type = 'shipping'
WHERE o.type = 'shop_order' ORDER BY o.id
""",
    OrderStorage.POSTS: """
SELECT o.ID AS id, o.post_status AS status,
    MAX(IF(m.meta_key = '_order_currency', m.meta_value, NULL)) AS currency,
    MAX(IF(m.meta_key = '_order_total', m.meta_value, NULL)) AS total,
    MAX(IF(m.meta_key = '_order_tax', m.meta_value, NULL)) AS cart_tax,
    MAX(IF(m.meta_key = '_customer_user', m.meta_value, NULL)) AS customer_id,
    MAX(IF(m.meta_key = '_payment_method', m.meta_value, NULL)) AS payment_method,
    MAX(IF(m.meta_key = '_order_shipping_tax', m.meta_value, NULL)) AS shipping_tax,
    MAX(IF(m.meta_key = '_order_shipping', m.meta_value, NULL)) AS shipping_total,
    MAX(IF(m.meta_key = '_cart_discount', m.meta_value, NULL)) AS discount_total,
    MAX(IF(m.meta_key = '_billing_country', m.meta_value, NULL)) AS billing_country,
    MAX(IF(m.meta_key = '_shipping_country', m.meta_value, NULL)) AS shipping_country,
    o.post_date_gmt AS placed_at, o.post_modified_gmt AS modified_at
FROM {p}posts o JOIN {p}postmeta m ON m.post_id = o.ID
WHERE o.post_type = 'shop_order' GROUP BY o.ID ORDER BY o.ID
""",
}
REFUNDS = {
    OrderStorage.TABLES: """
SELECT id, parent_order_id AS order_id, total_amount AS total FROM {p}wc_orders
WHERE type = 'shop_order_refund' ORDER BY id
""",
    OrderStorage.POSTS: """
SELECT r.ID AS id, r.post_parent AS order_id, m.meta_value AS total
FROM {p}posts r JOIN {p}postmeta m ON m.post_id = r.ID AND m.meta_key = '_order_total'
WHERE r.post_type = 'shop_order_refund' ORDER BY r.ID
""",
}
