-- The whole validated answer beside its main label, its language, and whether it came from the cache.
-- up
ALTER TABLE enrichment_results
    ADD COLUMN IF NOT EXISTS answer Nullable(String) CODEC(ZSTD(3)) AFTER label,
    ADD COLUMN IF NOT EXISTS language LowCardinality(Nullable(String)) AFTER answer,
    ADD COLUMN IF NOT EXISTS cache LowCardinality(String) DEFAULT 'off' AFTER language;
-- down
ALTER TABLE enrichment_results
    DROP COLUMN IF EXISTS answer,
    DROP COLUMN IF EXISTS language,
    DROP COLUMN IF EXISTS cache;
