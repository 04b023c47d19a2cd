-- Validated answers of the models, one row a record of enrichment.results.<region>.
-- up
CREATE TABLE IF NOT EXISTS enrichment_results
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    result_id String,
    event_id String,
    call_id Nullable(String),
    source_topic LowCardinality(String),
    source_partition Int32,
    source_offset Int64,
    shop_id LowCardinality(String),
    region LowCardinality(String),
    subject Nullable(String),
    entity LowCardinality(String),
    entity_id Int64,
    product_id Nullable(Int64),
    task LowCardinality(String),
    task_version LowCardinality(String),
    status LowCardinality(String),
    label LowCardinality(Nullable(String)),
    model_sha LowCardinality(Nullable(String)),
    captured_at DateTime64(6, 'UTC'),
    redacted_at DateTime64(6, 'UTC'),
    enriched_at DateTime64(6, 'UTC'),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1,
    INDEX by_event event_id TYPE bloom_filter GRANULARITY 1,
    INDEX by_subject subject TYPE bloom_filter GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, task, enriched_at, result_id)
TTL toDateTime(captured_at) + INTERVAL 25 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
-- down
DROP TABLE IF EXISTS enrichment_results;
