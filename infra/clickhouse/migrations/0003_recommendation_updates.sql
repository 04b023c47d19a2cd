-- Every revision of every product's recommendations, one row a record of recommendation.updates.
-- up
CREATE TABLE IF NOT EXISTS recommendation_updates
(
    _topic LowCardinality(String),
    _partition Int32,
    _offset Int64,
    landed_at DateTime64(6, 'UTC'),
    shop_id LowCardinality(String),
    region LowCardinality(String),
    product_id Int64,
    revision Int64,
    event_id String,
    recommended_ids Array(Int64),
    recommended_orders Array(Int64),
    recommended_scores Array(Float64),
    captured_at DateTime64(6, 'UTC'),
    updated_at DateTime64(6, 'UTC'),
    INDEX by_offset _offset TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (region, shop_id, product_id, revision)
TTL toDateTime(captured_at) + INTERVAL 25 MONTH
SETTINGS non_replicated_deduplication_window = 10000;
-- down
DROP TABLE IF EXISTS recommendation_updates;
