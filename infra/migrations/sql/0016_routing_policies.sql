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

-- As before, but where the money does not cover the dearest candidate of a plan and covers others, those are left out that it
-- does not cover: a request with a cheap fallback is not refused because its first choice is dear. The accounts are locked by
-- the first try, so that the second cannot fail by somebody else's spending. The tightest account decides, also one of a single
-- model: whoever limits that means it. What the caller's own accounts serve costs nothing, and so is always covered.
CREATE OR REPLACE FUNCTION requests.reserve(
  p_request jsonb, p_scopes text[], p_amount bigint, p_plan jsonb, p_refusal jsonb, p_failure_class text,
  OUT state text, OUT fresh boolean, OUT plan jsonb, OUT held bigint, OUT refusal jsonb, OUT failure_class text
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_id text := p_request->>'requestId';
  v_hold record;
  v_less record;
BEGIN
  fresh := requests.open_row(p_request, 'reserved', p_plan, p_amount);
  IF NOT fresh THEN
    UPDATE requests.requests r SET state = 'reserved', plan = p_plan, held = p_amount
      WHERE r.id = v_id AND r.state = 'accepted';
    fresh := FOUND;
  END IF;
  IF NOT fresh THEN
    SELECT r.state, r.plan, r.held, r.refusal, r.failure_class INTO state, plan, held, refusal, failure_class
      FROM requests.requests r WHERE r.id = v_id;
    RETURN;
  END IF;
  plan := p_plan;
  held := p_amount;
  IF p_refusal IS NOT NULL OR p_failure_class IS NOT NULL THEN
    state := CASE WHEN p_refusal IS NULL THEN 'released' ELSE 'refused' END;
    refusal := p_refusal;
    failure_class := p_failure_class;
  ELSE
    SELECT * INTO v_hold FROM ledger.hold(v_id, p_scopes, p_amount);
    IF NOT v_hold.held AND jsonb_array_length(p_plan->'candidates') > 1 THEN
      SELECT * INTO v_less FROM requests.within(p_plan, greatest(v_hold.available, 0));
      IF v_less.amount IS NOT NULL THEN
        plan := v_less.plan;
        held := v_less.amount;
        SELECT * INTO v_hold FROM ledger.hold(v_id, p_scopes, held);
        UPDATE requests.requests r SET plan = v_less.plan, held = v_less.amount WHERE r.id = v_id AND v_hold.held;
      END IF;
    END IF;
    state := CASE WHEN v_hold.held THEN 'reserved' ELSE 'refused' END;
    IF NOT v_hold.held THEN
      plan := p_plan;
      refusal := jsonb_build_object('code', 'insufficient_funds', 'neededNanoUsd', p_amount::text,
        'availableNanoUsd', v_hold.available::text, 'heldNanoUsd', v_hold.pending::text);
    END IF;
  END IF;
  IF state <> 'reserved' THEN
    held := 0;
    PERFORM requests.end_unheld(v_id, state, refusal, failure_class);
  END IF;
END $$;

-- A plan without the candidates that cost more than an amount in the worst case, and the most that the others cost; null where
-- none is left. Its report, where it has one, counts what went by `budget`.
CREATE FUNCTION requests.within(p_plan jsonb, p_available bigint, OUT plan jsonb, OUT amount bigint)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  v_kept jsonb;
  v_left_out bigint;
BEGIN
  SELECT jsonb_agg(c ORDER BY place) FILTER (WHERE cost <= p_available), max(cost) FILTER (WHERE cost <= p_available),
         count(*) FILTER (WHERE cost > p_available)
    INTO v_kept, amount, v_left_out
    FROM jsonb_array_elements(p_plan->'candidates') WITH ORDINALITY AS listed (c, place),
         LATERAL (SELECT (c->>'worstCaseNanoUsd')::bigint) AS worst (cost);
  IF amount IS NULL THEN RETURN; END IF;
  plan := jsonb_set(p_plan, '{candidates}', v_kept);
  IF plan ? 'report' THEN
    plan := jsonb_set(plan, '{report,droppedBy,budget}', to_jsonb(v_left_out));
    plan := jsonb_set(plan, '{report,kept}', (
      SELECT jsonb_agg(k ORDER BY place) FROM jsonb_array_elements(p_plan#>'{report,kept}') WITH ORDINALITY AS listed (k, place)
      WHERE k->>'offerId' IN (SELECT c->'offer'->>'id' FROM jsonb_array_elements(v_kept) AS c)));
  END IF;
END $$;
