-- Which offsets became visible when. A batch found landed but unwritten here after a crash has recovered = true: its
-- visible_at is the time of the discovery, and statistics of latency leave it out.
-- up
CREATE TABLE IF NOT EXISTS ingest_batches
(
    topic LowCardinality(String),
    partition Int32,
    first_offset Int64,
    last_offset Int64,
    rows UInt64,
    dead_letters UInt64,
    max_captured_at DateTime64(6, 'UTC'),
    landed_at DateTime64(6, 'UTC'),
    visible_at DateTime64(6, 'UTC'),
    recovered Bool
)
ENGINE = MergeTree
ORDER BY (topic, partition, last_offset)
TTL toDateTime(visible_at) + INTERVAL 180 DAY
SETTINGS non_replicated_deduplication_window = 10000;
-- down
DROP TABLE IF EXISTS ingest_batches;
