-- Each call_id lands once: see 0014_commerce_events_by_identity.
-- up
ALTER TABLE model_calls ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(call_id);
ALTER TABLE model_calls ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, call_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE model_calls MATERIALIZE COLUMN identity;
ALTER TABLE model_calls MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
ALTER TABLE model_calls DROP PROJECTION IF EXISTS by_identity;
ALTER TABLE model_calls DROP COLUMN IF EXISTS identity;
