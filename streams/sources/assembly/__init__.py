"""From rows that come apart to the resource that WooCommerce's REST API would show. Pure.

Each module renders one kind of resource in the shape of its REST object, as far as the database holds it, so that one
mapping (streams.sources.entities) serves both routes.
"""
