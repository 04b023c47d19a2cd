"""ClickHouse: migrations and what the server is told."""
