-- A product has its name from its creation on, not from its first change.
-- up
CREATE OR REPLACE VIEW product_names AS
SELECT shop_id, product_id, argMax(name, (in_catalogue, captured_at)) AS name
FROM
(
    SELECT shop_id, entity_id AS product_id, assumeNotNull(product_name) AS name, captured_at, 1 AS in_catalogue
    FROM commerce_events
    WHERE event_type IN ('product_created', 'product_updated') AND product_name IS NOT NULL
    UNION ALL
    SELECT shop_id, line_id AS product_id, line_name AS name, captured_at, 0 AS in_catalogue
    FROM commerce_events
    ARRAY JOIN product_ids AS line_id, line_names AS line_name
)
GROUP BY shop_id, product_id;
-- down
CREATE OR REPLACE VIEW product_names AS
SELECT shop_id, product_id, argMax(name, (in_catalogue, captured_at)) AS name
FROM
(
    SELECT shop_id, entity_id AS product_id, assumeNotNull(product_name) AS name, captured_at, 1 AS in_catalogue
    FROM commerce_events
    WHERE event_type = 'product_updated' AND product_name IS NOT NULL
    UNION ALL
    SELECT shop_id, line_id AS product_id, line_name AS name, captured_at, 0 AS in_catalogue
    FROM commerce_events
    ARRAY JOIN product_ids AS line_id, line_names AS line_name
)
GROUP BY shop_id, product_id;
