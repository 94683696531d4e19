-- Files and outputs: what is known of them. Their bytes are in the object store, which may be S3.
-- Up Migration
CREATE SCHEMA objects;

CREATE TABLE objects.objects (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  project_id text NOT NULL REFERENCES tenancy.projects (id),
  kind text NOT NULL CHECK (kind IN ('output', 'file', 'part')),
  -- Of an output: the request that made it, and which of its outputs this is.
  request_id text,
  position integer,
  -- Of a part.
  upload_id text,
  purpose text,
  media_type text,
  bytes bigint,
  -- Where the bytes are: below the organisation's name, and never the same twice.
  storage_key text NOT NULL,
  -- Whether the bytes are sealed under a key of their own, or by the server that keeps them.
  sealed boolean NOT NULL,
  -- The key, under the key of the hour in which the object expires, as with kept content; null before the last byte has
  -- come, and again when the object is destroyed, after which nobody can read what is left of it.
  epoch text,
  wrapped_key bytea,
  -- Name and checksum, sealed under the same key: both tell of the content.
  details bytea,
  -- The row is there before the first byte, so that whatever a crash leaves is found by it.
  state text NOT NULL DEFAULT 'writing' CHECK (state IN ('writing', 'ready', 'destroyed')),
  -- A writer that lives puts this off; where it has passed, nobody writes any more.
  lease_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- When the store was first told to delete the bytes. It is told once more an hour later, before the row goes: a writer
  -- that had only been slow may have finished in between.
  erased_at timestamptz,
  CHECK (state <> 'ready' OR (wrapped_key IS NOT NULL AND bytes > 0 AND media_type IS NOT NULL)),
  CHECK (state <> 'destroyed' OR (wrapped_key IS NULL AND details IS NULL))
);
CREATE INDEX ON objects.objects (project_id, created_at, id) WHERE kind = 'file' AND state <> 'writing';
CREATE INDEX ON objects.objects (expires_at) WHERE state = 'ready';
CREATE INDEX ON objects.objects (lease_until) WHERE state = 'writing';
CREATE INDEX ON objects.objects (erased_at) WHERE state = 'destroyed';
CREATE INDEX ON objects.objects (upload_id) WHERE upload_id IS NOT NULL;
-- Of two tries of the same step one counts, and the other finds it.
CREATE UNIQUE INDEX ON objects.objects (request_id, position) WHERE state = 'ready' AND position IS NOT NULL;

-- A file that comes in parts.
CREATE TABLE objects.uploads (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  project_id text NOT NULL REFERENCES tenancy.projects (id),
  purpose text NOT NULL,
  media_type text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  -- The name that the file will have, sealed as the name of an object is.
  epoch text NOT NULL,
  wrapped_key bytea NOT NULL,
  details bytea NOT NULL,
  file_seconds bigint,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'completed', 'cancelled')),
  file_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  CHECK ((state = 'completed') = (file_id IS NOT NULL))
);
CREATE INDEX ON objects.uploads (expires_at);
