-- Hops of the events of orders.
-- up
CREATE VIEW IF NOT EXISTS order_latency AS
SELECT * FROM event_latency WHERE entity = 'order';
-- down
DROP VIEW IF EXISTS order_latency;
