-- Every hop of every event in microseconds. visible_at is null while the batch ledger does not know the event's batch.
-- up
CREATE VIEW IF NOT EXISTS event_latency AS
SELECT
    e.event_id AS event_id,
    e.event_type AS event_type,
    e.entity AS entity,
    e.entity_id AS entity_id,
    e.shop_id AS shop_id,
    e.region AS region,
    e.route AS route,
    e.captured_at AS captured_at,
    e.redacted_at AS redacted_at,
    e.landed_at AS landed_at,
    if(b.last_offset >= e._offset AND b.first_offset <= e._offset AND NOT b.recovered, b.visible_at, NULL) AS visible_at,
    dateDiff('microsecond', e.captured_at, e.redacted_at) AS captured_to_redacted_us,
    dateDiff('microsecond', e.redacted_at, e.landed_at) AS redacted_to_landed_us,
    dateDiff('microsecond', e.landed_at, visible_at) AS landed_to_visible_us,
    dateDiff('microsecond', e.captured_at, visible_at) AS captured_to_visible_us,
    e.event_id IN (SELECT event_id FROM model_calls) AS has_model_call
FROM commerce_events AS e
ASOF LEFT JOIN ingest_batches AS b
    ON e._topic = b.topic AND e._partition = b.partition AND e._offset <= b.last_offset;
-- down
DROP VIEW IF EXISTS event_latency;
