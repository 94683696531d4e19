-- Requests that run as jobs: their callers come back for the answer. What a request is and costs stays where it was
-- (`requests`, `ledger`); these rows say how a job stands, what has happened to it, and what may run at once.
-- Up Migration
CREATE SCHEMA jobs;

-- What those who listen to the outbox go by; another part of the gateway may have added them already.
ALTER TABLE requests.outbox ADD COLUMN IF NOT EXISTS project_id text;
ALTER TABLE requests.outbox ADD COLUMN IF NOT EXISTS webhook_url text;
ALTER TABLE requests.outbox ADD COLUMN IF NOT EXISTS version bigint;

CREATE TABLE jobs.jobs (
  -- The request's id, which is the job's.
  request_id text PRIMARY KEY REFERENCES requests.requests (id) ON DELETE CASCADE,
  organization_id text NOT NULL,
  project_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled', 'expired')),
  -- The number of the last event: of two pictures of a job, the one with the greater is the newer.
  version bigint NOT NULL DEFAULT 0,
  priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 5),
  deadline_at timestamptz NOT NULL,
  -- The caller's labels, in clear, to be listed by.
  metadata jsonb NOT NULL,
  -- Where the job's end is told besides the organisation's endpoints. It may hold a token: nothing of it is in a history.
  webhook_url text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  -- When the sweeper last asked after the job's workflow: a job may take a day, and to ask every few seconds is in vain.
  looked_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status IN ('queued', 'running')) = (completed_at IS NULL))
);
CREATE INDEX ON jobs.jobs (project_id, created_at, request_id);

-- What happened to a job, numbered from 1 without a gap; no content.
CREATE TABLE jobs.events (
  request_id text NOT NULL REFERENCES jobs.jobs (request_id) ON DELETE CASCADE,
  number bigint NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (request_id, number)
);

-- Jobs that are at a vendor, or wait for a limit to let them go there. A row goes with its request's end, whoever ends it.
CREATE TABLE jobs.slots (
  request_id text PRIMARY KEY REFERENCES jobs.jobs (request_id) ON DELETE CASCADE,
  organization_id text NOT NULL,
  vendor text NOT NULL,
  priority smallint NOT NULL,
  -- The attempt that it is for.
  number integer NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  -- A job that waits asks again and again; one that has not for a while keeps nobody back.
  seen_at timestamptz NOT NULL DEFAULT now(),
  taken_at timestamptz
);
CREATE INDEX ON jobs.slots (organization_id);
CREATE INDEX ON jobs.slots (vendor);

-- What the operator says of single organisations, projects and vendors, over the installation's settings.
CREATE TABLE jobs.rules (
  -- `organization:ID`, `project:ID` or `vendor:ID`.
  scope text PRIMARY KEY CHECK (scope ~ '^(organization|project|vendor):.'),
  -- Jobs at vendors at once, of an organisation or at a vendor.
  max_running integer CHECK (max_running >= 1),
  -- The best priority that may be asked for, in an organisation or a project: jobs of a better one go before all others'.
  best_priority smallint CHECK (best_priority BETWEEN 1 AND 5)
);

-- Writes an event down and tells whoever follows the job. Its row is locked by that, so that numbers have no gap.
CREATE FUNCTION jobs.note(p_id text, p_type text, p_data jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_version bigint;
BEGIN
  UPDATE jobs.jobs j SET version = j.version + 1 WHERE j.request_id = p_id RETURNING j.version INTO v_version;
  INSERT INTO jobs.events (request_id, number, type, data) VALUES (p_id, v_version, p_type, jsonb_strip_nulls(p_data));
  PERFORM pg_notify('sluice_job', p_id);
  RETURN v_version;
END $$;

-- Tells of a job's state outside, by the outbox, in the transaction that made it true.
CREATE FUNCTION jobs.tell(p_id text, p_type text, p_status text, p_version bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO requests.outbox (type, organization_id, request_id, project_id, webhook_url, version, payload)
    SELECT p_type, j.organization_id, j.request_id, j.project_id, j.webhook_url, p_version,
           jsonb_build_object('id', j.request_id, 'status', p_status, 'version', p_version)
    FROM jobs.jobs j WHERE j.request_id = p_id;
$$;

-- A job's row beside its request's, which `requests.accept` has stored in the same transaction.
CREATE FUNCTION jobs.open(p_request jsonb, p_metadata jsonb, p_webhook_url text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO jobs.jobs (request_id, organization_id, project_id, status, priority, deadline_at, metadata, webhook_url)
    VALUES (p_request->>'requestId', p_request->>'organizationId', p_request->>'projectId', 'queued',
            (p_request->'job'->>'priority')::smallint, (p_request->'job'->>'deadlineAt')::timestamptz, p_metadata, p_webhook_url);
  PERFORM jobs.note(p_request->>'requestId', 'job.queued', '{}');
END $$;

-- A job's state follows its request's, whoever changes that: a step of its workflow, the sweeper, or its caller.
CREATE FUNCTION jobs.follow_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_job jobs.jobs;
  v_status text;
  v_version bigint;
BEGIN
  SELECT * INTO v_job FROM jobs.jobs j WHERE j.request_id = NEW.id FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
    v_status := CASE
      WHEN NEW.state = 'settled' AND NEW.failure_class IS NULL THEN 'succeeded'
      WHEN NEW.failure_class = 'cancelled' THEN 'canceled'
      -- The process that stops a vendor at the deadline may be a moment ahead of this clock.
      WHEN NEW.failure_class = 'timeout_total' AND clock_timestamp() > v_job.deadline_at - interval '1 second' THEN 'expired'
      ELSE 'failed'
    END;
    UPDATE jobs.jobs j SET status = v_status, completed_at = NEW.ended_at WHERE j.request_id = NEW.id;
    DELETE FROM jobs.slots s WHERE s.request_id = NEW.id;
    v_version := jobs.note(NEW.id, 'job.' || v_status, jsonb_build_object(
      'failure', NEW.failure_class, 'refusal', NEW.refusal->>'code', 'charged_nano_usd', NEW.charged::text));
    PERFORM jobs.tell(NEW.id, 'job.' || v_status, v_status, v_version);
    RETURN NULL;
  END IF;
  IF NEW.state = 'reserved' AND OLD.state <> 'reserved' THEN
    PERFORM jobs.note(NEW.id, 'job.reserved', jsonb_build_object('held_nano_usd', NEW.held::text));
  END IF;
  IF NEW.cancel_requested_at IS NOT NULL AND OLD.cancel_requested_at IS NULL THEN
    PERFORM jobs.note(NEW.id, 'job.cancel_requested', '{}');
  END IF;
  RETURN NULL;
END $$;
-- By the lane, so that requests whose callers wait pay nothing for this.
CREATE TRIGGER job_follows AFTER UPDATE ON requests.requests FOR EACH ROW
  WHEN ((OLD.state IS DISTINCT FROM NEW.state OR OLD.cancel_requested_at IS DISTINCT FROM NEW.cancel_requested_at)
        AND NEW.input->>'lane' = 'job')
  EXECUTE FUNCTION jobs.follow_request();

-- Lets an attempt of a job go to its vendor, or tells it to wait (`wait`): where as many as may be are at vendors, or where
-- those of its own organisation that wait for the same vendor, and are of a better priority or older, would take what is free.
-- `ended`: the request is over, or to be cancelled. An attempt that has been sent is let through: it is to be looked after.
CREATE FUNCTION jobs.start(
  p_id text, p_number integer, p_vendor text, p_model text, p_organization_max integer, p_vendor_max integer, OUT status text
) LANGUAGE plpgsql AS $$
DECLARE
  v_job jobs.jobs;
  v_slot jobs.slots;
  v_free bigint;
  v_ahead bigint;
  v_version bigint;
BEGIN
  status := 'started';
  IF EXISTS (SELECT FROM requests.attempts a WHERE a.request_id = p_id AND a.number = p_number) THEN RETURN; END IF;
  -- One at a time, so that what is counted below stays true until it is written. Any number; no other lock has it.
  PERFORM pg_advisory_xact_lock(7305020);
  SELECT j.* INTO v_job FROM jobs.jobs j JOIN requests.requests r ON r.id = j.request_id
    WHERE j.request_id = p_id AND r.ended_at IS NULL AND r.cancel_requested_at IS NULL;
  IF NOT FOUND THEN
    DELETE FROM jobs.slots s WHERE s.request_id = p_id;
    status := 'ended';
    RETURN;
  END IF;
  SELECT * INTO v_slot FROM jobs.slots s WHERE s.request_id = p_id;
  IF v_slot.taken_at IS NOT NULL AND v_slot.vendor = p_vendor AND v_slot.number = p_number THEN RETURN; END IF;
  INSERT INTO jobs.slots (request_id, organization_id, vendor, priority, number)
    VALUES (p_id, v_job.organization_id, p_vendor, v_job.priority, p_number)
    ON CONFLICT (request_id) DO UPDATE SET vendor = p_vendor, number = p_number, seen_at = now(), taken_at = NULL
    RETURNING * INTO v_slot;
  v_free := least(
    coalesce((SELECT max_running FROM jobs.rules WHERE scope = 'organization:' || v_job.organization_id), nullif(p_organization_max, 0))
      - (SELECT count(*) FROM jobs.slots s WHERE s.organization_id = v_job.organization_id AND s.taken_at IS NOT NULL),
    coalesce((SELECT max_running FROM jobs.rules WHERE scope = 'vendor:' || p_vendor), nullif(p_vendor_max, 0))
      - (SELECT count(*) FROM jobs.slots s WHERE s.vendor = p_vendor AND s.taken_at IS NOT NULL));
  IF v_free IS NOT NULL THEN
    SELECT count(*) INTO v_ahead FROM jobs.slots s
      WHERE s.organization_id = v_job.organization_id AND s.vendor = p_vendor AND s.taken_at IS NULL
        AND s.seen_at > now() - interval '30 seconds'
        AND (s.priority, s.asked_at, s.request_id) < (v_slot.priority, v_slot.asked_at, v_slot.request_id);
    IF v_ahead >= v_free THEN
      status := 'wait';
      RETURN;
    END IF;
  END IF;
  UPDATE jobs.slots s SET taken_at = now() WHERE s.request_id = p_id;
  UPDATE jobs.jobs j SET status = 'running', started_at = coalesce(j.started_at, now()) WHERE j.request_id = p_id;
  v_version := jobs.note(p_id, 'job.running', jsonb_build_object('attempt', p_number, 'vendor', p_vendor, 'model', p_model));
  IF v_job.started_at IS NULL THEN PERFORM jobs.tell(p_id, 'job.running', 'running', v_version); END IF;
END $$;
