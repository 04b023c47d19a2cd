-- One row per request of a data subject that a note seems to hold, by rule or by model; never the note's text.
-- Each request_id lands once: see 0014_commerce_events_by_identity.
-- up
CREATE TABLE IF NOT EXISTS privacy_requests
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    request_id String,
    event_id String,
    shop_id LowCardinality(String),
    region LowCardinality(String),
    subject Nullable(String),
    entity LowCardinality(String),
    entity_id Int64,
    order_id Nullable(Int64),
    kind LowCardinality(String),
    article Nullable(Int32),
    found_by LowCardinality(String),
    rule LowCardinality(Nullable(String)),
    task_version LowCardinality(String),
    call_id Nullable(String),
    source_topic LowCardinality(String),
    source_partition Int32,
    source_offset Int64,
    captured_at DateTime64(6, 'UTC'),
    due_at DateTime64(6, 'UTC'),
    raised_at DateTime64(6, 'UTC'),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, captured_at, request_id)
TTL toDateTime(captured_at) + INTERVAL 37 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
ALTER TABLE privacy_requests ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(request_id);
ALTER TABLE privacy_requests ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, request_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE privacy_requests MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
DROP TABLE IF EXISTS privacy_requests;
