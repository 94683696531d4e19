-- Who belongs to an organisation, in which role, and what each level of it allows. Nothing here is ever deleted: what is
-- gone carries the time at which it went, so that cursors, the audit log and usage records keep finding it.
-- Up Migration

-- What a level allows (workflows/contracts/access.ts, Restrictions); null allows everything. Models are patterns of offer ids.
ALTER TABLE tenancy.organizations
  ADD COLUMN allowed_models text[],
  ADD COLUMN denied_models text[],
  ADD COLUMN allowed_endpoints text[];

-- Teams stand under their organisation or under another team: a project's budgets and restrictions are those of its team and
-- of every team above it.
CREATE TABLE tenancy.teams (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  parent_id text REFERENCES tenancy.teams (id),
  name text NOT NULL,
  allowed_models text[],
  denied_models text[],
  allowed_endpoints text[],
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  CHECK (parent_id <> id)
);
CREATE INDEX ON tenancy.teams (organization_id, created_at, id);
CREATE INDEX ON tenancy.teams (parent_id);

-- A team and all above it, nearest first. The depth is bounded, so that a circle, which nothing may write, could not hang a
-- request.
CREATE FUNCTION tenancy.team_chain(p_team_id text) RETURNS text[] LANGUAGE sql STABLE AS $$
  WITH RECURSIVE chain AS (
    SELECT id, parent_id, 1 AS depth FROM tenancy.teams WHERE id = p_team_id
    UNION ALL
    SELECT t.id, t.parent_id, c.depth + 1 FROM chain c JOIN tenancy.teams t ON t.id = c.parent_id WHERE c.depth < 16
  )
  SELECT coalesce(array_agg(id ORDER BY depth), '{}') FROM chain
$$;

-- No team stands under itself, however far up, and none under another organisation's. All changes of an organisation's tree
-- wait for each other: two that are harmless alone could make a circle together.
CREATE FUNCTION tenancy.check_team_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_chain text[];
BEGIN
  IF NEW.parent_id IS NULL THEN RETURN NEW; END IF;
  PERFORM 1 FROM tenancy.organizations WHERE id = NEW.organization_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM tenancy.teams WHERE id = NEW.parent_id AND organization_id = NEW.organization_id) THEN
    RAISE EXCEPTION 'team % is not of this organisation', NEW.parent_id USING ERRCODE = 'SL101';
  END IF;
  v_chain := tenancy.team_chain(NEW.parent_id);
  IF NEW.id = ANY (v_chain) THEN
    RAISE EXCEPTION 'team % would stand under itself', NEW.id USING ERRCODE = 'SL102';
  END IF;
  IF cardinality(v_chain) >= 8 THEN
    RAISE EXCEPTION 'teams stand at most 8 deep' USING ERRCODE = 'SL103';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER no_circles BEFORE INSERT OR UPDATE OF parent_id ON tenancy.teams
  FOR EACH ROW EXECUTE FUNCTION tenancy.check_team_parent();

ALTER TABLE tenancy.projects
  ADD COLUMN team_id text REFERENCES tenancy.teams (id),
  ADD COLUMN allowed_models text[],
  ADD COLUMN denied_models text[],
  ADD COLUMN allowed_endpoints text[];
CREATE INDEX ON tenancy.projects (team_id);
CREATE INDEX projects_page ON tenancy.projects (organization_id, created_at, id);

CREATE TABLE tenancy.users (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  -- In lower case.
  email text NOT NULL CHECK (email = lower(email)),
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'billing', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz
);
CREATE UNIQUE INDEX users_present ON tenancy.users (organization_id, email) WHERE removed_at IS NULL;
CREATE INDEX ON tenancy.users (organization_id, created_at, id);

CREATE TABLE tenancy.project_users (
  project_id text NOT NULL REFERENCES tenancy.projects (id),
  user_id text NOT NULL REFERENCES tenancy.users (id),
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'billing', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, user_id)
);
CREATE INDEX ON tenancy.project_users (user_id);

CREATE TABLE tenancy.service_accounts (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  project_id text NOT NULL REFERENCES tenancy.projects (id),
  name text NOT NULL,
  role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'billing', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz
);
CREATE INDEX ON tenancy.service_accounts (project_id, created_at, id);

CREATE TABLE tenancy.invites (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  email text NOT NULL CHECK (email = lower(email)),
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'billing', 'viewer')),
  -- [{"id": project, "role": role}]: joined when the invitation is accepted.
  projects jsonb NOT NULL DEFAULT '[]',
  -- HMAC-SHA256 of the token under the installation's pepper, as of keys.
  token_hash bytea NOT NULL UNIQUE,
  invited_by_key_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  user_id text REFERENCES tenancy.users (id),
  removed_at timestamptz
);
CREATE INDEX ON tenancy.invites (organization_id, created_at, id);

-- A key is a person's (user_id), a machine's (service_account_id), or nobody's, as the first keys of an organisation are.
ALTER TABLE tenancy.api_keys
  ADD COLUMN user_id text REFERENCES tenancy.users (id),
  ADD COLUMN service_account_id text REFERENCES tenancy.service_accounts (id),
  -- Of admin keys that are nobody's; a person's key acts in the person's roles.
  ADD COLUMN role text CHECK (role IN ('owner', 'admin', 'member', 'billing', 'viewer')),
  ADD COLUMN mode text NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test')),
  ADD COLUMN allowed_models text[],
  ADD COLUMN denied_models text[],
  ADD COLUMN allowed_endpoints text[],
  -- After a rotation the former secret works until its overlap ends.
  ADD COLUMN previous_hash bytea UNIQUE,
  ADD COLUMN previous_expires_at timestamptz,
  ADD COLUMN last_used_at timestamptz,
  ADD CHECK (user_id IS NULL OR service_account_id IS NULL),
  ADD CHECK (role IS NULL OR kind = 'admin'),
  ADD CHECK ((previous_hash IS NULL) = (previous_expires_at IS NULL));
UPDATE tenancy.api_keys SET role = 'owner' WHERE kind = 'admin';
CREATE INDEX api_keys_by_user ON tenancy.api_keys (user_id);
CREATE INDEX api_keys_page ON tenancy.api_keys (organization_id, project_id, created_at, id);

-- `last_used_at` is written often and changes nothing that is cached.
CREATE OR REPLACE FUNCTION tenancy.announce_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_key_changed', encode(changed.hash, 'hex'))
  FROM (SELECT OLD.hash UNION SELECT NEW.hash UNION SELECT OLD.previous_hash UNION SELECT NEW.previous_hash)
    AS changed (hash)
  WHERE changed.hash IS NOT NULL;
  RETURN NULL;
END $$;
DROP TRIGGER announce ON tenancy.api_keys;
CREATE TRIGGER announce_row AFTER INSERT OR DELETE ON tenancy.api_keys
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_key_change();
CREATE TRIGGER announce_update AFTER UPDATE ON tenancy.api_keys FOR EACH ROW
  WHEN (to_jsonb(OLD) - 'last_used_at' IS DISTINCT FROM to_jsonb(NEW) - 'last_used_at')
  EXECUTE FUNCTION tenancy.announce_key_change();

-- What is cached of a key includes what its organisation, teams, project and user allow: see tenancy.announce_project_change.
CREATE TRIGGER announce AFTER UPDATE OR DELETE ON tenancy.organizations
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_project_change();
CREATE TRIGGER announce AFTER UPDATE OR DELETE ON tenancy.teams
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_project_change();
CREATE TRIGGER announce AFTER UPDATE OR DELETE ON tenancy.users
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_project_change();
CREATE TRIGGER announce AFTER UPDATE OR DELETE ON tenancy.service_accounts
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_project_change();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON tenancy.project_users
  FOR EACH ROW EXECUTE FUNCTION tenancy.announce_project_change();
