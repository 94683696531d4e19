-- Credentials at vendors: the operator's beside those of the environment, and what organisations bring of their own.
-- Up Migration
CREATE SCHEMA credentials;

-- A project belongs to one organisation, so that a credential of both is of a project of that very organisation.
CREATE UNIQUE INDEX projects_of_organization ON tenancy.projects (organization_id, id);

CREATE TABLE credentials.credentials (
  id text PRIMARY KEY,
  vendor text NOT NULL,
  -- Null for the operator's, which serve every organisation.
  organization_id text REFERENCES tenancy.organizations (id),
  -- Null for all projects of the organisation.
  project_id text,
  name text NOT NULL,
  kind text NOT NULL,
  -- What is not secret: {"base_url": …, "region": …}.
  settings jsonb NOT NULL DEFAULT '{}',
  -- AES-256-GCM under a key of its own (`wrapped_key`), which is sealed under the master key that `master_key_id` names: a new
  -- master key seals the keys anew and touches no secret. Both are bound to id, vendor, organisation and project, so that a
  -- row whose owner was rewritten does not decrypt. Null once the credential was deleted.
  secret bytea,
  wrapped_key bytea,
  master_key_id text,
  -- The last characters, for people to tell one from another.
  hint text NOT NULL CHECK (length(hint) <= 4),
  weight integer NOT NULL DEFAULT 100 CHECK (weight BETWEEN 1 AND 1000),
  -- What each process may use of it in a minute before another goes first; null for no limit.
  requests_per_minute integer CHECK (requests_per_minute > 0),
  tokens_per_minute integer CHECK (tokens_per_minute > 0),
  -- What may serve where an organisation's own cannot: the operator's, or none.
  fallback text NOT NULL DEFAULT 'operator' CHECK (fallback IN ('operator', 'never')),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Counts changes, so that what was made of an older state is told from this one.
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  deleted_at timestamptz,
  -- {"status": …, "failureClass": …, "message": …, "at": …} in our own words.
  verified jsonb,
  FOREIGN KEY (organization_id, project_id) REFERENCES tenancy.projects (organization_id, id),
  CHECK (project_id IS NULL OR organization_id IS NOT NULL),
  CHECK ((deleted_at IS NULL) = (secret IS NOT NULL)),
  CHECK ((secret IS NULL) = (wrapped_key IS NULL) AND (secret IS NULL) = (master_key_id IS NULL))
);
CREATE INDEX ON credentials.credentials (organization_id, created_at, id);

-- Whether a credential may serve a project: the operator's any, another only its own organisation and project. Deleted or not,
-- because that is found out where it is used.
CREATE FUNCTION credentials.may_serve(p_id text, p_organization_id text, p_project_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM credentials.credentials c
    WHERE c.id = p_id AND (c.organization_id IS NULL OR c.organization_id = p_organization_id)
      AND (c.project_id IS NULL OR c.project_id = p_project_id)
  )
$$;

-- Every gateway process holds the credentials in memory, their secrets sealed; a change reaches all of them within a second.
CREATE FUNCTION credentials.announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_credentials_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON credentials.credentials
  FOR EACH STATEMENT EXECUTE FUNCTION credentials.announce_change();

-- Which credential an attempt was made with; null for the environment's.
ALTER TABLE requests.attempts ADD COLUMN IF NOT EXISTS credential_id text;

-- What a caller's own credential served is charged nothing; `upstream_cost` still says what the vendor asks for it.
ALTER TABLE usage.records ADD COLUMN credential_id text;
ALTER TABLE usage.records ADD COLUMN is_byok boolean NOT NULL DEFAULT false;

-- As before, and with the two columns above.
CREATE OR REPLACE FUNCTION usage.record(p_request_id text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_usage jsonb;
  v_units jsonb;
BEGIN
  SELECT a.outcome->'usage' INTO v_usage
    FROM requests.requests r JOIN requests.attempts a ON a.request_id = r.id AND a.number = r.attempt
    WHERE r.id = p_request_id AND r.state = 'settled';
  v_units := coalesce(v_usage->'units', '{}');
  INSERT INTO usage.records
    (ended_at, request_id, organization_id, team_ids, project_id, user_id, service_account_id, key_id, mode, kind, stream, batch,
     models, vendor, model, offer_id, attempts, outcome, failure_class, refusal_code, units, usage_source, latency_ms,
     first_token_ms, duration_ms, cost, upstream_cost, held, tags, input, input_cached_read, input_cache_write_5m,
     input_cache_write_1h, input_audio, input_image, output, output_reasoning, output_audio, output_image, images, searches,
     characters, audio_seconds, video_seconds, credential_id, is_byok)
  SELECT r.ended_at, r.id, r.organization_id,
         ARRAY (SELECT jsonb_array_elements_text(r.input->'teamIds')), r.project_id, r.input->>'userId', k.service_account_id,
         r.key_id, coalesce(r.input->>'mode', 'live'), r.kind, r.stream, coalesce((r.input->>'batch')::boolean, false),
         r.models, a.vendor, a.model, a.offer_id, every.attempts,
         CASE r.state WHEN 'settled' THEN coalesce(a.status, 'answered') WHEN 'released' THEN 'failed' ELSE 'refused' END,
         r.failure_class, r.refusal->>'code', v_units, coalesce(v_usage->>'source', 'none'),
         greatest(0, round(extract(epoch FROM r.ended_at - r.created_at) * 1000)), a.first_token_ms, a.duration_ms,
         coalesce(r.charged, 0), every.cost, coalesce(r.held, 0), coalesce(r.tags, '{}'),
         usage.whole(v_units, 'input'), usage.whole(v_units, 'input_cached_read'),
         usage.whole(v_units, 'input_cache_write_5m'), usage.whole(v_units, 'input_cache_write_1h'),
         usage.whole(v_units, 'input_audio'), usage.whole(v_units, 'input_image'), usage.whole(v_units, 'output'),
         usage.whole(v_units, 'output_reasoning'), usage.whole(v_units, 'output_audio'), usage.whole(v_units, 'output_image'),
         usage.whole(v_units, 'images'), usage.whole(v_units, 'searches'), usage.whole(v_units, 'characters'),
         usage.whole(v_units, 'audio_seconds'), usage.whole(v_units, 'video_seconds'),
         a.credential_id, coalesce(a.outcome ? 'isOwn', false)
  FROM requests.requests r
  LEFT JOIN tenancy.api_keys k ON k.id = r.key_id
  LEFT JOIN requests.attempts a ON a.request_id = r.id AND a.number = r.attempt
  CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, coalesce(sum(charge), 0) AS cost FROM requests.attempts WHERE request_id = r.id
  ) every
  WHERE r.id = p_request_id AND r.ended_at IS NOT NULL;
END $$;

-- As before, but for what the vendor's usage cost beyond the hold: where the caller's own credential served, the vendor sends
-- the bill to the caller, so that there is no cost for the house to bear.
CREATE OR REPLACE FUNCTION requests.finish(
  p_request jsonb, p_state text, p_attempt integer, p_failure_class text, p_elsewhere boolean,
  OUT state text, OUT charged bigint, OUT fresh boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_request->>'requestId';
  v_request requests.requests;
  v_attempt requests.attempts;
  v_answered requests.attempts;
  v_charge bigint := 0;
  v_resolution record;
BEGIN
  -- Before any other lock: see requests.leave_content.
  PERFORM pg_advisory_xact_lock(hashtextextended(v_id, 0));
  SELECT * INTO v_request FROM requests.requests r WHERE r.id = v_id FOR UPDATE;
  IF NOT FOUND AND p_state = 'released' THEN
    PERFORM requests.open_row(p_request, 'accepted', NULL, NULL);
    SELECT * INTO STRICT v_request FROM requests.requests r WHERE r.id = v_id FOR UPDATE;
  END IF;
  IF v_request.ended_at IS NOT NULL THEN
    state := v_request.state; charged := coalesce(v_request.charged, 0); fresh := false;
    RETURN;
  END IF;
  SELECT * INTO v_attempt FROM requests.attempts a WHERE a.request_id = v_id AND a.number = p_attempt;
  -- Whatever made the flow give up, an answer that the caller has had is paid for.
  IF p_state = 'released' AND v_request.state = 'reserved' THEN
    SELECT * INTO v_answered FROM requests.attempts a
      WHERE a.request_id = v_id AND a.status IN ('answered', 'partial') ORDER BY a.number LIMIT 1;
    IF FOUND THEN
      p_state := 'settled'; p_attempt := v_answered.number; p_failure_class := NULL; v_attempt := v_answered;
    END IF;
  END IF;
  IF p_state = 'settled' AND (v_request.state IS DISTINCT FROM 'reserved' OR v_attempt.outcome IS NULL) THEN
    RAISE EXCEPTION 'request % cannot settle at attempt %: nothing is held or nothing is recorded', v_id, p_attempt;
  END IF;
  IF p_state = 'settled' THEN
    v_charge := (v_attempt.outcome->>'chargeNanoUsd')::bigint;
  END IF;
  state := p_state; fresh := true; charged := least(v_charge, coalesce(v_request.held, 0));
  UPDATE requests.requests r
    SET state = p_state, charged = finish.charged, attempt = p_attempt, vendor = v_attempt.vendor, model = v_attempt.model,
        failure_class = coalesce(p_failure_class, v_attempt.failure_class), ended_at = now(),
        answer_expires_at = now() + r.answer_hold_ms * interval '1 millisecond'
    WHERE r.id = v_id;
  IF v_request.answer_hold_ms IS NOT NULL THEN
    -- It was stored for as long as the request could run; from here on only its hold time counts.
    UPDATE content.kept k SET expires_at = least(k.expires_at, now() + v_request.answer_hold_ms * interval '1 millisecond')
      WHERE k.request_id = v_id;
  END IF;
  PERFORM requests.leave_content(v_id, p_elsewhere);
  IF v_request.state = 'reserved' THEN
    IF p_state = 'settled' THEN
      SELECT * INTO v_resolution
        FROM ledger.resolve(v_id, v_charge,
                            CASE WHEN v_attempt.outcome ? 'isOwn' THEN 0 ELSE coalesce(v_attempt.charge, 0) END,
                            'model:' || v_request.organization_id || ':' || v_attempt.offer_id);
    ELSE
      SELECT * INTO v_resolution FROM ledger.resolve(v_id, 0, 0, NULL);
    END IF;
    -- The request's row says that its hold is open and of what amount; if the books say otherwise, nobody should guess.
    IF v_resolution.result NOT IN ('posted', 'voided') OR v_resolution.posted <> charged THEN
      RAISE EXCEPTION 'request % cannot end: its hold is %', v_id, v_resolution.result;
    END IF;
    IF v_resolution.overshoot > 0 THEN
      INSERT INTO requests.outbox (type, organization_id, request_id, payload)
        VALUES ('ledger.overshoot', v_request.organization_id, v_id,
                jsonb_build_object('held', v_request.held::text, 'overshoot', v_resolution.overshoot::text));
    END IF;
  END IF;
END $$;

-- Replacing a function takes its settings away (0011 says what they are for).
ALTER FUNCTION requests.finish(jsonb, text, integer, text, boolean) SET plan_cache_mode = force_generic_plan;
