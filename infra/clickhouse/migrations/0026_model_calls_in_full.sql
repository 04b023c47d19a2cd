-- By which policy and configuration a model was asked, for whom, what came from the cache, and when tokens began to come.
-- Rows from before read as what they were: no cache, no check of the answer, nothing cut.
-- up
ALTER TABLE model_calls
    ADD COLUMN IF NOT EXISTS server_version LowCardinality(Nullable(String)) AFTER model_sha,
    ADD COLUMN IF NOT EXISTS policy_hash LowCardinality(String) AFTER policy_version,
    ADD COLUMN IF NOT EXISTS configuration_hash LowCardinality(String) AFTER policy_hash,
    ADD COLUMN IF NOT EXISTS priority LowCardinality(String) AFTER configuration_hash,
    ADD COLUMN IF NOT EXISTS prompt_cut Int32 AFTER parameters,
    ADD COLUMN IF NOT EXISTS answer_gate LowCardinality(String) DEFAULT 'none' AFTER gate,
    ADD COLUMN IF NOT EXISTS cache LowCardinality(String) DEFAULT 'off' AFTER answer_gate,
    ADD COLUMN IF NOT EXISTS first_token_us Nullable(Int64) AFTER inference_us,
    ADD COLUMN IF NOT EXISTS per_token_us Nullable(Int64) AFTER first_token_us;
-- down
ALTER TABLE model_calls
    DROP COLUMN IF EXISTS server_version,
    DROP COLUMN IF EXISTS policy_hash,
    DROP COLUMN IF EXISTS configuration_hash,
    DROP COLUMN IF EXISTS priority,
    DROP COLUMN IF EXISTS prompt_cut,
    DROP COLUMN IF EXISTS answer_gate,
    DROP COLUMN IF EXISTS cache,
    DROP COLUMN IF EXISTS first_token_us,
    DROP COLUMN IF EXISTS per_token_us;
