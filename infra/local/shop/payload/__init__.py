"""Pure rendering of orders, customers and products into the bodies of WooCommerce's webhooks (REST API v3)."""
