"""Carts: what lies in one, and its life. No webhook tells of them. Pure."""
