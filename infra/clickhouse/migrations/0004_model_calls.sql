-- One row per attempt to have a model answer, without the texts: narrow, so that a year of latencies reads fast.
-- up
CREATE TABLE IF NOT EXISTS model_calls
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    call_id String,
    event_id String,
    source_topic LowCardinality(String),
    source_partition Int32,
    source_offset Int64,
    subject Nullable(String),
    shop_id LowCardinality(String),
    region LowCardinality(String),
    task LowCardinality(String),
    task_version LowCardinality(String),
    attempt Int32,
    provider_name LowCardinality(String),
    endpoint LowCardinality(String),
    request_model LowCardinality(String),
    response_model LowCardinality(Nullable(String)),
    model_sha LowCardinality(Nullable(String)),
    policy_version LowCardinality(String),
    parameters String,
    outcome LowCardinality(String),
    error_type LowCardinality(Nullable(String)),
    gate LowCardinality(String),
    finish_reason LowCardinality(Nullable(String)),
    input_tokens Nullable(Int32),
    output_tokens Nullable(Int32),
    queued_us Int64,
    server_queue_us Nullable(Int64),
    inference_us Nullable(Int64),
    total_us Int64,
    started_at DateTime64(6, 'UTC'),
    captured_at DateTime64(6, 'UTC'),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1,
    INDEX by_call call_id TYPE bloom_filter GRANULARITY 1,
    INDEX by_event event_id TYPE bloom_filter GRANULARITY 1,
    INDEX by_subject subject TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, task, started_at, call_id)
TTL toDateTime(started_at) + INTERVAL 37 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
-- down
DROP TABLE IF EXISTS model_calls;
