-- Each finding_id lands once: see 0014_commerce_events_by_identity.
-- up
ALTER TABLE privacy_findings ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(finding_id);
ALTER TABLE privacy_findings ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, finding_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE privacy_findings MATERIALIZE COLUMN identity;
ALTER TABLE privacy_findings MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
ALTER TABLE privacy_findings DROP PROJECTION IF EXISTS by_identity;
ALTER TABLE privacy_findings DROP COLUMN IF EXISTS identity;
