-- A state that is told after a newer one: by the other route, or because its rows were long in coming. The newest state
-- of an entity is the last of its events, by offset, that is not late.
-- up
ALTER TABLE commerce_events ADD COLUMN IF NOT EXISTS late Bool AFTER route;
-- down
ALTER TABLE commerce_events DROP COLUMN IF EXISTS late;
