-- Who may call, and on whose account. Keys are stored hashed: the table alone lets nobody in.
-- Up Migration
CREATE SCHEMA tenancy;

CREATE TABLE tenancy.organizations (
  id text PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tenancy.projects (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  name text NOT NULL,
  -- How long the answer to a request with an Idempotency-Key stays fetchable; 0 keeps none.
  answer_hold_ms bigint NOT NULL DEFAULT 3600000 CHECK (answer_hold_ms >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);
CREATE INDEX ON tenancy.projects (organization_id);

CREATE TABLE tenancy.api_keys (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  -- Absent for an admin key, which manages an organisation and calls no model.
  project_id text REFERENCES tenancy.projects (id),
  kind text NOT NULL CHECK (kind IN ('inference', 'admin')),
  name text NOT NULL,
  -- HMAC-SHA256 of the key under the installation's pepper.
  hash bytea NOT NULL UNIQUE,
  -- The visible beginning and end, for people to recognise a key by.
  hint text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  CHECK ((kind = 'admin') = (project_id IS NULL))
);
CREATE INDEX ON tenancy.api_keys (project_id);

-- Every gateway process caches keys; a change reaches all of them within a second.
CREATE FUNCTION tenancy.announce_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_key_changed', encode(changed.hash, 'hex'))
  FROM (SELECT OLD.hash UNION SELECT NEW.hash) AS changed (hash) WHERE changed.hash IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON tenancy.api_keys
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_key_change();

-- What is cached of a key includes its project's settings; an empty payload stands for every key.
CREATE FUNCTION tenancy.announce_project_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_key_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER UPDATE OR DELETE ON tenancy.projects
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_project_change();
