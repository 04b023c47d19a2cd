-- Each call_id lands once; here the sink asks only after a crash between the two tables: see 0014_commerce_events_by_identity.
-- up
ALTER TABLE model_call_bodies ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(call_id);
ALTER TABLE model_call_bodies ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, call_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE model_call_bodies MATERIALIZE COLUMN identity;
ALTER TABLE model_call_bodies MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
ALTER TABLE model_call_bodies DROP PROJECTION IF EXISTS by_identity;
ALTER TABLE model_call_bodies DROP COLUMN IF EXISTS identity;
