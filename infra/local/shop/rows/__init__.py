"""Pure rendering of what happens in the shop into row changes, in the order in which WooCommerce writes them."""
