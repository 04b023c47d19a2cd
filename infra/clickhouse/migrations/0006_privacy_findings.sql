-- One row per replacement that redaction made: kind, place, detector, never the value.
-- up
CREATE TABLE IF NOT EXISTS privacy_findings
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    finding_id String,
    event_id String,
    source_topic LowCardinality(String),
    source_partition Int32,
    source_offset Int64,
    shop_id LowCardinality(String),
    region LowCardinality(String),
    field LowCardinality(String),
    ordinal Int32,
    entity_type LowCardinality(String),
    treatment LowCardinality(String),
    start Nullable(Int32),
    end Nullable(Int32),
    detector LowCardinality(String),
    score Float32,
    policy_version LowCardinality(String),
    detector_version LowCardinality(String),
    redacted_at DateTime64(6, 'UTC'),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1,
    INDEX by_event event_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, entity_type, redacted_at, finding_id)
TTL toDateTime(redacted_at) + INTERVAL 37 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
-- down
DROP TABLE IF EXISTS privacy_findings;
