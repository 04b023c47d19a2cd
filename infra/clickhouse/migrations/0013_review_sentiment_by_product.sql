-- How the models read each product's reviews, by label. A review answered twice counts with its newest answer.
-- up
CREATE VIEW IF NOT EXISTS review_sentiment_by_product AS
SELECT
    answers.region AS region,
    answers.shop_id AS shop_id,
    answers.product_id AS product_id,
    names.name AS product_name,
    task,
    label,
    count() AS reviews
FROM
(
    SELECT region, shop_id, assumeNotNull(product_id) AS product_id, task, entity_id, label
    FROM enrichment_results
    WHERE entity = 'review' AND status = 'answered' AND enrichment_results.product_id IS NOT NULL
    ORDER BY enriched_at DESC
    LIMIT 1 BY shop_id, entity_id, task
) AS answers
LEFT JOIN product_names AS names ON names.shop_id = answers.shop_id AND names.product_id = answers.product_id
GROUP BY ALL;
-- down
DROP VIEW IF EXISTS review_sentiment_by_product;
