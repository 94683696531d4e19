-- Routing policies: what requests of an organisation or of a project are routed by, besides what their callers ask for.
-- Up Migration
CREATE SCHEMA routing;

CREATE TABLE routing.policies (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  -- Null for one of the whole organisation.
  project_id text REFERENCES tenancy.projects (id),
  name text NOT NULL,
  -- The version that requests go by; null for none.
  active_version integer,
  latest_version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- What is gone stays as a row, because requests were routed by it and the audit log names it.
  removed_at timestamptz,
  CHECK (removed_at IS NULL OR active_version IS NULL)
);
-- One at a time for the organisation, and one for each project: of two, nobody could say which one counts.
CREATE UNIQUE INDEX policies_active ON routing.policies (organization_id, coalesce(project_id, ''))
  WHERE active_version IS NOT NULL;
CREATE INDEX policies_page ON routing.policies (organization_id, created_at, id);

-- Append-only: a request names the version that it was routed by, which is to be found as it was.
CREATE TABLE routing.policy_versions (
  policy_id text NOT NULL REFERENCES routing.policies (id),
  version integer NOT NULL CHECK (version > 0),
  -- `RoutingPolicyDefinition` of workflows/contracts/routing-policies.ts.
  definition jsonb NOT NULL,
  key_id text NOT NULL,
  user_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (policy_id, version)
);
ALTER TABLE routing.policies ADD FOREIGN KEY (id, active_version)
  REFERENCES routing.policy_versions (policy_id, version);

CREATE FUNCTION routing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'versions of routing policies stay as they are: add another' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON routing.policy_versions
  FOR EACH STATEMENT EXECUTE FUNCTION routing.refuse_change();

-- Every gateway process caches what an organisation's requests go by; a change reaches all of them within a second.
CREATE FUNCTION routing.announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_routing_changed', NEW.organization_id);
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER UPDATE OF active_version ON routing.policies
  FOR EACH ROW WHEN (OLD.active_version IS DISTINCT FROM NEW.active_version) EXECUTE FUNCTION routing.announce_change();
