-- Each revision of a product's recommendations lands once: see 0014_commerce_events_by_identity.
-- up
ALTER TABLE recommendation_updates ADD COLUMN IF NOT EXISTS identity UInt64 MATERIALIZED sipHash64(region, shop_id, product_id, revision);
ALTER TABLE recommendation_updates ADD PROJECTION IF NOT EXISTS by_identity
(
    SELECT identity, region, shop_id, product_id, revision, _topic, _partition, _offset
    ORDER BY identity
);
ALTER TABLE recommendation_updates MATERIALIZE COLUMN identity;
ALTER TABLE recommendation_updates MATERIALIZE PROJECTION IF EXISTS by_identity;
-- down
ALTER TABLE recommendation_updates DROP PROJECTION IF EXISTS by_identity;
ALTER TABLE recommendation_updates DROP COLUMN IF EXISTS identity;
