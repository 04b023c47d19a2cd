-- What is recommended beside each product now, one row a recommendation: the newest revision of every key.
-- up
CREATE VIEW IF NOT EXISTS top_recommendations AS
SELECT
    newest.region AS region,
    newest.shop_id AS shop_id,
    newest.product_id AS product_id,
    shown.name AS product_name,
    place,
    recommended_id,
    recommended.name AS recommended_name,
    orders,
    score,
    newest.updated_at AS updated_at
FROM
(
    SELECT region, shop_id, product_id, updated_at, place, recommended_id, orders, score
    FROM
    (
        SELECT *
        FROM recommendation_updates
        ORDER BY region, shop_id, product_id, revision DESC, _offset DESC
        LIMIT 1 BY region, shop_id, product_id
    )
    ARRAY JOIN
        arrayEnumerate(recommended_ids) AS place,
        recommended_ids AS recommended_id,
        recommended_orders AS orders,
        recommended_scores AS score
) AS newest
LEFT JOIN product_names AS shown ON shown.shop_id = newest.shop_id AND shown.product_id = newest.product_id
LEFT JOIN product_names AS recommended
    ON recommended.shop_id = newest.shop_id AND recommended.product_id = newest.recommended_id;
-- down
DROP VIEW IF EXISTS top_recommendations;
