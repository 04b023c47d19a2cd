-- One row per key or endpoint of a foreign AI service in one row of the shop's settings; a fingerprint, never the key.
-- Each violation_id lands once: see 0014_commerce_events_by_identity.
-- up
CREATE TABLE IF NOT EXISTS policy_violations
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    violation_id String,
    shop_id LowCardinality(String),
    region LowCardinality(String),
    service LowCardinality(String),
    kind LowCardinality(String),
    rule LowCardinality(String),
    table LowCardinality(String),
    row_id Int64,
    name String,
    fingerprint String,
    source_topic LowCardinality(String),
    source_partition Int32,
    source_offset Int64,
    captured_at DateTime64(6, 'UTC'),
    detected_at DateTime64(6, 'UTC'),
    rules_version LowCardinality(String),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, shop_id, captured_at, violation_id)
TTL toDateTime(captured_at) + INTERVAL 37 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
ALTER TABLE policy_violations ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(violation_id);
ALTER TABLE policy_violations ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, violation_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE policy_violations MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
DROP TABLE IF EXISTS policy_violations;
