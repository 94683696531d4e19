-- Some clients trip over the comments that keep a quiet stream open, and cannot send the header that turns them off.
-- Up Migration

-- After how many seconds of silence the streams of a key are kept alive, 0 for never; null is the installation's setting.
ALTER TABLE tenancy.api_keys ADD COLUMN keep_alive_seconds integer CHECK (keep_alive_seconds BETWEEN 0 AND 9999);
