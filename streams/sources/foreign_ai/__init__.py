"""Keys and endpoints of foreign AI services in the shop's settings: what they look like, and where they stand. Pure."""
