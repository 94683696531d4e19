-- Many requests handed in at once, whose caller comes back for all of the answers. Each line of a batch is a job; these rows
-- say how the whole stands, and which line has become which job. What the lines say rests in the object store.
-- Up Migration
CREATE TABLE jobs.batches (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  project_id text NOT NULL,
  -- Whose present rights and limits each line is submitted by.
  key_id text NOT NULL,
  -- In whose form it was made and its results are written.
  dialect text NOT NULL CHECK (dialect IN ('openai', 'anthropic')),
  endpoint text NOT NULL,
  -- As its caller gave it.
  completion_window text NOT NULL,
  -- Headers that each line is sent with, for example the beta features of Anthropic's; no content.
  headers jsonb NOT NULL,
  metadata jsonb NOT NULL,
  -- An `Idempotency-Key` and what came with it, as digests that tell nothing to whoever reads the table.
  key_hmac bytea,
  body_hmac bytea,
  input_id text NOT NULL,
  -- The batch's own copy of the input, so that the file may be deleted, or end, while the batch runs.
  work_id text,
  output_id text,
  error_id text,
  -- From its files' creation to their end.
  output_seconds bigint NOT NULL,
  -- Seals what lines were refused with; wrapped by the key of the hour in which the batch itself is forgotten.
  epoch text NOT NULL,
  wrapped_key bytea NOT NULL,
  status text NOT NULL DEFAULT 'validating' CHECK (status IN (
    'validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
  -- Raised with each change of the status: of two pictures of a batch, the one with the greater is the newer.
  version bigint NOT NULL DEFAULT 1,
  -- Why the whole input was refused: codes and numbers of lines, never what they say.
  problems jsonb NOT NULL DEFAULT '[]',
  total integer NOT NULL DEFAULT 0,
  succeeded integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  canceled integer NOT NULL DEFAULT 0,
  expired integer NOT NULL DEFAULT 0,
  -- Of all its lines, once it has ended: nano USD, and tokens by the names of OpenAI's usage.
  charged bigint,
  usage jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  in_progress_at timestamptz,
  finalizing_at timestamptz,
  cancelling_at timestamptz,
  -- `completed`, `failed`, `expired` or `cancelled`, as the status says.
  ended_at timestamptz,
  -- What has not ended by then is not begun any more.
  expires_at timestamptz NOT NULL,
  -- When the row itself goes.
  forget_at timestamptz NOT NULL,
  -- When its workflow last asked for it, or the sweeper for its workflow.
  looked_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status IN ('failed', 'completed', 'expired', 'cancelled')) = (ended_at IS NOT NULL))
);
CREATE INDEX ON jobs.batches (project_id, dialect, created_at, id);
CREATE INDEX ON jobs.batches (looked_at) WHERE ended_at IS NULL;
CREATE INDEX ON jobs.batches (forget_at);
CREATE UNIQUE INDEX ON jobs.batches (project_id, key_hmac) WHERE key_hmac IS NOT NULL;

-- One for each line of an input that is not blank, from its validation until the batch has ended.
CREATE TABLE jobs.batch_lines (
  batch_id text NOT NULL REFERENCES jobs.batches (id) ON DELETE CASCADE,
  -- As an editor counts them, from 1.
  number integer NOT NULL,
  -- Where it is within the input: bytes from its beginning, and how many.
  first_byte bigint NOT NULL,
  bytes integer NOT NULL,
  -- A digest, for lines with the same `custom_id` to be found by; null where the line is broken.
  custom_hmac bytea,
  -- `broken` and `refused` lines have no job; `canceled` and `expired` ones may have.
  state text NOT NULL CHECK (state IN (
    'pending', 'submitted', 'succeeded', 'failed', 'refused', 'broken', 'canceled', 'expired')),
  request_id text,
  -- Why it is broken.
  problem text,
  -- With what it was refused, sealed under the batch's key.
  refusal bytea,
  PRIMARY KEY (batch_id, number)
);
CREATE UNIQUE INDEX ON jobs.batch_lines (batch_id, custom_hmac) WHERE custom_hmac IS NOT NULL;
CREATE INDEX batch_lines_open ON jobs.batch_lines (batch_id, state, number) WHERE state IN ('pending', 'submitted');

-- The batch that a job is a line of. Such jobs are told of by their batch: a hundred thousand webhooks would tell nothing more.
ALTER TABLE jobs.jobs ADD COLUMN batch_id text;
CREATE INDEX ON jobs.jobs (batch_id, created_at, request_id) WHERE batch_id IS NOT NULL;
-- For lists, which leave lines out unless they are asked for.
CREATE INDEX ON jobs.jobs (project_id, created_at, request_id) WHERE batch_id IS NULL;

DROP FUNCTION jobs.open(jsonb, jsonb, text);
CREATE FUNCTION jobs.open(p_request jsonb, p_metadata jsonb, p_webhook_url text, p_batch_id text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO jobs.jobs (request_id, organization_id, project_id, status, priority, deadline_at, metadata, webhook_url, batch_id)
    VALUES (p_request->>'requestId', p_request->>'organizationId', p_request->>'projectId', 'queued',
            (p_request->'job'->>'priority')::smallint, (p_request->'job'->>'deadlineAt')::timestamptz, p_metadata, p_webhook_url,
            p_batch_id);
  PERFORM jobs.note(p_request->>'requestId', 'job.queued', '{}');
END $$;

CREATE OR REPLACE FUNCTION jobs.tell(p_id text, p_type text, p_status text, p_version bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO requests.outbox (type, organization_id, request_id, project_id, webhook_url, version, payload)
    SELECT p_type, j.organization_id, j.request_id, j.project_id, j.webhook_url, p_version,
           jsonb_build_object('id', j.request_id, 'status', p_status, 'version', p_version)
    FROM jobs.jobs j WHERE j.request_id = p_id AND (j.batch_id IS NULL OR j.webhook_url IS NOT NULL);
$$;

-- Notes which of the lines that run have ended, and how. A job that was stopped is the batch's doing only where that was.
CREATE FUNCTION jobs.collect_lines(p_id text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_batch jobs.batches;
  v_count integer;
BEGIN
  SELECT * INTO v_batch FROM jobs.batches b WHERE b.id = p_id FOR UPDATE;
  WITH ended AS (
    UPDATE jobs.batch_lines l
      SET state = CASE
        WHEN j.status = 'succeeded' THEN 'succeeded'
        WHEN j.status = 'canceled' AND v_batch.cancelling_at IS NOT NULL THEN 'canceled'
        WHEN j.status = 'expired' THEN 'expired'
        ELSE 'failed'
      END
      FROM jobs.jobs j
      WHERE l.batch_id = p_id AND l.state = 'submitted' AND j.request_id = l.request_id AND j.completed_at IS NOT NULL
      RETURNING l.state
  ), counted AS (
    SELECT count(*) FILTER (WHERE state = 'succeeded') AS succeeded, count(*) FILTER (WHERE state = 'failed') AS failed,
           count(*) FILTER (WHERE state = 'canceled') AS canceled, count(*) FILTER (WHERE state = 'expired') AS expired,
           count(*) AS all_of_them
    FROM ended
  ), noted AS (
    UPDATE jobs.batches b
      SET succeeded = b.succeeded + c.succeeded, failed = b.failed + c.failed, canceled = b.canceled + c.canceled,
          expired = b.expired + c.expired
      FROM counted c WHERE b.id = p_id AND c.all_of_them > 0
  )
  SELECT all_of_them INTO v_count FROM counted;
  RETURN v_count;
END $$;

-- Ends the lines that have not been submitted, because the batch is to end: `canceled`, `expired`, or `refused` for one reason.
CREATE FUNCTION jobs.end_pending_lines(p_id text, p_state text, p_refusal bytea) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_count integer;
BEGIN
  PERFORM 1 FROM jobs.batches b WHERE b.id = p_id FOR UPDATE;
  UPDATE jobs.batch_lines l SET state = p_state, refusal = p_refusal WHERE l.batch_id = p_id AND l.state = 'pending';
  GET DIAGNOSTICS v_count = ROW_COUNT;
  UPDATE jobs.batches b
    SET failed = b.failed + CASE WHEN p_state = 'refused' THEN v_count ELSE 0 END,
        canceled = b.canceled + CASE WHEN p_state = 'canceled' THEN v_count ELSE 0 END,
        expired = b.expired + CASE WHEN p_state = 'expired' THEN v_count ELSE 0 END
    WHERE b.id = p_id AND v_count > 0;
  RETURN v_count;
END $$;

-- The end of a batch, once: its files, what it has cost, and the event, in one transaction. False where it had ended before.
CREATE FUNCTION jobs.finish_batch(p_id text, p_status text, p_output_id text, p_error_id text, p_problems jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_batch jobs.batches;
BEGIN
  SELECT * INTO v_batch FROM jobs.batches b WHERE b.id = p_id FOR UPDATE;
  IF NOT FOUND OR v_batch.ended_at IS NOT NULL THEN RETURN false; END IF;
  UPDATE jobs.batches b
    SET status = p_status, version = b.version + 1, ended_at = now(), output_id = p_output_id, error_id = p_error_id,
        problems = p_problems,
        charged = (SELECT coalesce(sum(r.charged), 0) FROM jobs.jobs j JOIN requests.requests r ON r.id = j.request_id
                   WHERE j.batch_id = p_id),
        usage = (
          SELECT jsonb_object_agg(u.key, u.total) FROM (
            SELECT unit.key, sum(unit.value::numeric) AS total
            FROM jobs.jobs j JOIN requests.requests r ON r.id = j.request_id
              JOIN requests.attempts a ON a.request_id = r.id AND a.number = r.attempt
              CROSS JOIN LATERAL jsonb_each_text(a.outcome->'usage'->'units') AS unit
            WHERE j.batch_id = p_id AND r.state = 'settled'
            GROUP BY unit.key
          ) u)
    WHERE b.id = p_id;
  INSERT INTO requests.outbox (type, organization_id, project_id, version, payload)
    VALUES ('batch.' || p_status, v_batch.organization_id, v_batch.project_id, v_batch.version + 1,
            jsonb_build_object('id', p_id, 'status', p_status, 'version', v_batch.version + 1));
  -- Which job was which line is in the results, and in `jobs.jobs` that there was one.
  DELETE FROM jobs.batch_lines l WHERE l.batch_id = p_id;
  RETURN true;
END $$;
