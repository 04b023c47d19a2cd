-- Records whose identity had landed before, so that rows + repeated + dead_letters accounts for every record of a batch.
-- up
ALTER TABLE ingest_batches ADD COLUMN IF NOT EXISTS repeated UInt64 AFTER rows;
-- down
ALTER TABLE ingest_batches DROP COLUMN IF EXISTS repeated;
