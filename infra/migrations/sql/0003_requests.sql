-- Each request and each attempt at a vendor: what was planned, what was sent, how it ended. No content.
-- Up Migration
CREATE SCHEMA requests;

-- The gateway processes that live. A request whose holder is gone has nobody waiting on its connection.
CREATE TABLE requests.instances (
  id text PRIMARY KEY,
  -- Where it runs and as which process, so that others there see its death before its time has lapsed.
  machine text NOT NULL,
  pid integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  alive_until timestamptz NOT NULL
);

CREATE TABLE requests.requests (
  -- Minted by the gateway; also the workflow's id.
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  project_id text NOT NULL,
  key_id text NOT NULL,
  kind text NOT NULL,
  models text[] NOT NULL,
  stream boolean NOT NULL,
  retention text NOT NULL CHECK (retention IN ('interactive', 'kept', 'zdr')),
  keyed boolean NOT NULL,
  on_disconnect text NOT NULL CHECK (on_disconnect IN ('cancel', 'finish')),
  holder text NOT NULL,
  -- accepted: stored before its workflow starts (keyed requests only); reserved: money is held; the others are ends.
  state text NOT NULL CHECK (state IN ('accepted', 'reserved', 'settled', 'released', 'refused')),
  -- The workflow's input, so that a repeat or the sweeper can end, or start, what a crash has left.
  input jsonb NOT NULL,
  -- Candidates with the offers frozen as they were when the money was held.
  plan jsonb,
  held bigint,
  charged bigint,
  attempt integer,
  vendor text,
  model text,
  failure_class text,
  -- A refusal's code and figures, so that a keyed repeat gets the same refusal.
  refusal jsonb,
  cancel_requested_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  -- How long a kept answer stays fetchable from the request's end on.
  answer_hold_ms bigint,
  -- When a kept answer is destroyed; known once the request has ended.
  answer_expires_at timestamptz,
  CHECK ((state IN ('settled', 'released', 'refused')) = (ended_at IS NOT NULL))
);
CREATE INDEX requests_open ON requests.requests (created_at) WHERE ended_at IS NULL;
CREATE INDEX requests_by_project ON requests.requests (project_id, created_at DESC);

CREATE TABLE requests.attempts (
  request_id text NOT NULL,
  number integer NOT NULL CHECK (number >= 1),
  offer_id text NOT NULL,
  vendor text NOT NULL,
  model text NOT NULL,
  state text NOT NULL CHECK (state IN ('sending', 'recorded')),
  -- The execution that may send and record; whoever finds another name here has lost the race and stops.
  owner text NOT NULL,
  lease_until timestamptz NOT NULL,
  -- How often the vendor was called under this number: 2 only where a keyed plain request was called again after a crash.
  calls integer NOT NULL DEFAULT 1,
  sent_at timestamptz NOT NULL DEFAULT now(),
  -- Usage counted from what has arrived so far; what a crash is settled at.
  checkpoint jsonb,
  status text CHECK (status IN ('answered', 'partial', 'failed')),
  failure_class text,
  first_token_ms integer,
  duration_ms integer,
  charge bigint,
  outcome jsonb,
  recorded_at timestamptz,
  PRIMARY KEY (request_id, number),
  CHECK ((state = 'recorded') = (outcome IS NOT NULL))
);

-- A caller's Idempotency-Key, by keyed HMAC: neither the key nor the body can be read from here.
CREATE TABLE requests.idempotency_keys (
  project_id text NOT NULL,
  key_hmac bytea NOT NULL,
  body_hmac bytea NOT NULL,
  request_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, key_hmac)
);
CREATE INDEX idempotency_keys_by_request ON requests.idempotency_keys (request_id);

-- Things that others will want to hear of, written in the transaction that made them true.
CREATE TABLE requests.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type text NOT NULL,
  organization_id text NOT NULL,
  request_id text,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz
);
CREATE INDEX outbox_undelivered ON requests.outbox (id) WHERE delivered_at IS NULL;

-- A row from what the workflow was told; false where the request has one already.
CREATE FUNCTION requests.open_row(p_request jsonb, p_state text, p_plan jsonb, p_held bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests.requests
    (id, organization_id, project_id, key_id, kind, models, stream, retention, keyed, on_disconnect, holder, input,
     state, plan, held)
    VALUES (p_request->>'requestId', p_request->>'organizationId', p_request->>'projectId', p_request->>'keyId',
            p_request->>'kind', ARRAY (SELECT jsonb_array_elements_text(p_request->'models')), (p_request->>'stream')::boolean,
            p_request->>'retention', (p_request->>'keyed')::boolean, p_request->>'onDisconnect', p_request->>'holder',
            p_request, p_state, p_plan, p_held)
    ON CONFLICT (id) DO NOTHING;
  RETURN FOUND;
END $$;

-- Stores a keyed request before its workflow starts.
CREATE FUNCTION requests.accept(p_request jsonb, p_answer_hold_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT requests.open_row(p_request, 'accepted', NULL, NULL) THEN
    RAISE EXCEPTION 'request % exists already', p_request->>'requestId' USING ERRCODE = 'unique_violation';
  END IF;
  UPDATE requests.requests SET answer_hold_ms = p_answer_hold_ms WHERE id = p_request->>'requestId';
END $$;

-- What becomes of an ended request's interactive content: destroyed, unless its caller hangs on another process
-- (p_elsewhere), which is told and has yet to read the answer from the log; then the sweeper destroys it.
-- A late insert takes the same lock and then finds the tombstone, which is ended_at. Whoever takes the lock holds neither
-- the request's row nor an account yet: an insert can be large, and nobody else should wait for it.
CREATE FUNCTION requests.leave_content(p_id text, p_elsewhere boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_elsewhere THEN
    -- Only then: commits that notify wait for each other, and most callers are told in their own process.
    PERFORM pg_notify('sluice_request_ended', p_id);
  ELSE
    PERFORM pg_advisory_xact_lock(hashtextextended(p_id, 0));
    DELETE FROM content.interactive WHERE request_id = p_id;
    DELETE FROM content.interactive_log WHERE request_id = p_id;
  END IF;
END $$;

-- Ends a request that holds nothing; its content is left (requests.leave_content) in a transaction of its own. A refused
-- request lets go of its Idempotency-Key, so that the caller may try again after a top-up.
CREATE FUNCTION requests.end_unheld(p_id text, p_state text, p_refusal jsonb, p_failure_class text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE requests.requests
    SET state = p_state, held = 0, charged = 0, refusal = p_refusal, failure_class = p_failure_class, ended_at = now(),
        answer_expires_at = now() + answer_hold_ms * interval '1 millisecond'
    WHERE id = p_id;
  IF p_state = 'refused' THEN
    DELETE FROM requests.idempotency_keys WHERE request_id = p_id;
  END IF;
END $$;

-- Plans are made outside; this stores one and holds its money, once. A re-run gets what the first run stored. Where the
-- planner refused (p_refusal) or nobody waits any more (p_failure_class), a request without a row of its own ends here.
CREATE FUNCTION requests.reserve(
  p_request jsonb, p_scopes text[], p_amount bigint, p_plan jsonb, p_refusal jsonb, p_failure_class text,
  OUT state text, OUT fresh boolean, OUT plan jsonb, OUT held bigint, OUT refusal jsonb, OUT failure_class text
) LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_request->>'requestId';
  v_hold record;
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
  IF p_refusal IS NOT NULL OR p_failure_class IS NOT NULL THEN
    state := CASE WHEN p_refusal IS NULL THEN 'released' ELSE 'refused' END;
    refusal := p_refusal;
    failure_class := p_failure_class;
  ELSE
    SELECT * INTO v_hold FROM ledger.hold(v_id, p_scopes, p_amount);
    state := CASE WHEN v_hold.held THEN 'reserved' ELSE 'refused' END;
    IF NOT v_hold.held THEN
      refusal := jsonb_build_object('code', 'insufficient_funds', 'neededNanoUsd', p_amount::text,
        'availableNanoUsd', v_hold.available::text, 'heldNanoUsd', v_hold.pending::text);
    END IF;
  END IF;
  plan := p_plan;
  held := CASE state WHEN 'reserved' THEN p_amount ELSE 0 END;
  IF state <> 'reserved' THEN
    PERFORM requests.end_unheld(v_id, state, refusal, failure_class);
  END IF;
END $$;

-- Ends a request: posts the charge of an attempt (settled) or nothing (released). The first end stands; a later one is
-- told what it was. A request without a row leaves one when it is released, so that nothing can be held for it later.
CREATE FUNCTION requests.finish(
  p_request jsonb, p_state text, p_attempt integer, p_failure_class text, p_elsewhere boolean,
  OUT state text, OUT charged bigint, OUT fresh boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_request->>'requestId';
  v_request requests.requests;
  v_attempt requests.attempts;
  v_answered requests.attempts;
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
  charged := 0;
  IF v_request.state = 'reserved' THEN
    IF p_state = 'settled' THEN
      SELECT * INTO v_resolution
        FROM ledger.resolve(v_id, (v_attempt.outcome->>'chargeNanoUsd')::bigint, coalesce(v_attempt.charge, 0));
    ELSE
      SELECT * INTO v_resolution FROM ledger.resolve(v_id, 0, 0);
    END IF;
    charged := v_resolution.posted;
    IF v_resolution.overshoot > 0 THEN
      INSERT INTO requests.outbox (type, organization_id, request_id, payload)
        VALUES ('ledger.overshoot', v_request.organization_id, v_id,
                jsonb_build_object('held', v_request.held::text, 'overshoot', v_resolution.overshoot::text));
    END IF;
  END IF;
  state := p_state; fresh := true;
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
END $$;

CREATE SCHEMA content;

-- Interactive content and its key: unlogged, so that neither the write-ahead log nor a backup from it ever holds them.
CREATE UNLOGGED TABLE content.interactive (
  request_id text PRIMARY KEY,
  key bytea NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNLOGGED TABLE content.interactive_log (
  request_id text NOT NULL,
  attempt integer NOT NULL,
  first_sequence integer NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, attempt, first_sequence)
);

-- Kept content: logged rows, unreadable once the epoch key that wraps their key is destroyed outside this database.
CREATE TABLE content.kept (
  request_id text PRIMARY KEY,
  epoch text NOT NULL,
  wrapped_key bytea NOT NULL,
  body bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON content.kept (expires_at);
CREATE TABLE content.kept_log (
  request_id text NOT NULL REFERENCES content.kept (request_id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  first_sequence integer NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, attempt, first_sequence)
);

-- Stores an interactive request's content unless the request has ended meanwhile.
CREATE FUNCTION content.put_interactive(p_request_id text, p_key bytea, p_body bytea) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_request_id, 0));
  IF EXISTS (SELECT FROM requests.requests r WHERE r.id = p_request_id AND r.ended_at IS NOT NULL) THEN
    RETURN false;
  END IF;
  INSERT INTO content.interactive (request_id, key, body) VALUES (p_request_id, p_key, p_body)
    ON CONFLICT (request_id) DO NOTHING;
  RETURN true;
END $$;
