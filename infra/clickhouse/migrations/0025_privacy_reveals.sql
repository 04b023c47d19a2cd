-- One row each time originals of a subject were about to be shown: who, when, why, whose, never a value.
-- Each reveal_id lands once: see 0014_commerce_events_by_identity.
-- up
CREATE TABLE IF NOT EXISTS privacy_reveals
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    reveal_id String,
    revealed_at DateTime64(6, 'UTC'),
    os_user LowCardinality(String),
    by_name Nullable(String),
    reason String,
    purpose LowCardinality(String),
    region LowCardinality(String),
    token String,
    event_id Nullable(String),
    class_names Array(LowCardinality(String)),
    class_values Array(Int32),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1,
    INDEX by_token token TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, revealed_at, reveal_id)
TTL toDateTime(revealed_at) + INTERVAL 37 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
ALTER TABLE privacy_reveals ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(reveal_id);
ALTER TABLE privacy_reveals ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, reveal_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE privacy_reveals MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
DROP TABLE IF EXISTS privacy_reveals;
