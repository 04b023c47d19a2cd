-- Each event_id lands once: the sink looks up a batch's ids before it inserts. Ids are hashes, so that thousands of them
-- meet every granule of any order; eight bytes a row scan fast, and for a few ids the projection reads a granule each.
-- A projection is atomic with its part. Existing rows are materialised in the background; until then the lookup is as
-- exact, and slower. Lightweight DELETE is refused from here on (344): ALTER TABLE ... DELETE keeps a projection right.
-- up
ALTER TABLE commerce_events ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(event_id);
ALTER TABLE commerce_events ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, event_id, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE commerce_events MATERIALIZE COLUMN identity;
ALTER TABLE commerce_events MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
ALTER TABLE commerce_events DROP PROJECTION IF EXISTS by_identity;
ALTER TABLE commerce_events DROP COLUMN IF EXISTS identity;
