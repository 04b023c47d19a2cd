-- Each result_id lands once: see 0014_commerce_events_by_identity.
-- up
ALTER TABLE enrichment_results ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(result_id);
ALTER TABLE enrichment_results ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, result_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE enrichment_results MATERIALIZE COLUMN identity;
ALTER TABLE enrichment_results MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
ALTER TABLE enrichment_results DROP PROJECTION IF EXISTS by_identity;
ALTER TABLE enrichment_results DROP COLUMN IF EXISTS identity;
