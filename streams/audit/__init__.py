"""Kafka -> ClickHouse: everything of the redacted and audit zones lands exactly once, and people can ask about it."""
