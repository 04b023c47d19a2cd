-- Prompt and answer of a model call, redacted. Apart from model_calls for their size and their shorter life.
-- up
CREATE TABLE IF NOT EXISTS model_call_bodies
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    call_id String,
    region LowCardinality(String),
    task LowCardinality(String),
    started_at DateTime64(6, 'UTC'),
    prompt String CODEC(ZSTD(3)),
    answer Nullable(String) CODEC(ZSTD(3)),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1,
    INDEX by_call call_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, task, started_at, call_id)
TTL toDateTime(started_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000;
-- down
DROP TABLE IF EXISTS model_call_bodies;
