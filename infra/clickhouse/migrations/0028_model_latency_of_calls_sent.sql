-- Latency of the calls that a server saw: what came from the cache or was never sent would read as a fast server.
-- up
CREATE OR REPLACE VIEW model_latency AS
SELECT
    toStartOfHour(started_at) AS hour,
    region,
    task,
    task_version,
    request_model,
    model_sha,
    count() AS calls,
    countIf(outcome = 'answered') AS answered,
    round(quantile(0.5)(queued_us) / 1000, 1) AS queued_p50_ms,
    round(quantile(0.95)(queued_us) / 1000, 1) AS queued_p95_ms,
    round(quantile(0.5)(inference_us) / 1000, 1) AS inference_p50_ms,
    round(quantile(0.95)(inference_us) / 1000, 1) AS inference_p95_ms,
    round(quantile(0.5)(first_token_us) / 1000, 1) AS first_token_p50_ms,
    round(quantile(0.95)(first_token_us) / 1000, 1) AS first_token_p95_ms,
    round(quantile(0.5)(per_token_us) / 1000, 1) AS per_token_p50_ms,
    round(quantile(0.5)(total_us) / 1000, 1) AS total_p50_ms,
    round(quantile(0.95)(total_us) / 1000, 1) AS total_p95_ms,
    round(quantile(0.99)(total_us) / 1000, 1) AS total_p99_ms,
    sum(c.input_tokens) AS input_tokens,
    sum(c.output_tokens) AS output_tokens,
    round(sumIf(c.output_tokens, c.inference_us > 0) * 1000000 / nullIf(sumIf(c.inference_us, c.output_tokens > 0), 0), 1)
        AS output_tokens_per_second
FROM model_calls AS c
WHERE gate = 'passed' AND endpoint != '' AND cache != 'hit' AND outcome NOT IN ('skipped', 'refused')
GROUP BY ALL;
-- down
CREATE OR REPLACE VIEW model_latency AS
SELECT
    toStartOfHour(started_at) AS hour,
    region,
    task,
    task_version,
    request_model,
    model_sha,
    count() AS calls,
    countIf(outcome = 'answered') AS answered,
    round(quantile(0.5)(queued_us) / 1000, 1) AS queued_p50_ms,
    round(quantile(0.95)(queued_us) / 1000, 1) AS queued_p95_ms,
    round(quantile(0.5)(inference_us) / 1000, 1) AS inference_p50_ms,
    round(quantile(0.95)(inference_us) / 1000, 1) AS inference_p95_ms,
    round(quantile(0.5)(total_us) / 1000, 1) AS total_p50_ms,
    round(quantile(0.95)(total_us) / 1000, 1) AS total_p95_ms,
    round(quantile(0.99)(total_us) / 1000, 1) AS total_p99_ms,
    sum(c.input_tokens) AS input_tokens,
    sum(c.output_tokens) AS output_tokens,
    round(sumIf(c.output_tokens, c.inference_us > 0) * 1000000 / nullIf(sumIf(c.inference_us, c.output_tokens > 0), 0), 1)
        AS output_tokens_per_second
FROM model_calls AS c
WHERE gate = 'passed'
GROUP BY ALL;
