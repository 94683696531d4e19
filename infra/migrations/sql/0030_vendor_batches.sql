-- Lines of batches that go to their vendor together, in a batch of the vendor's own, at its price for those. Each stays a job with
-- an attempt; these rows say which attempts were handed in together, and bring each its answer.
-- Up Migration
-- Whether lines may go so: by the window, the installation's setting and the caller's wish, as of the batch's creation.
ALTER TABLE jobs.batches ADD COLUMN native boolean NOT NULL DEFAULT false;

CREATE TABLE jobs.vendor_batches (
  id text PRIMARY KEY,
  batch_id text NOT NULL REFERENCES jobs.batches (id) ON DELETE CASCADE,
  organization_id text NOT NULL,
  project_id text NOT NULL,
  vendor text NOT NULL,
  -- Of the account that it is handed in by; null for the environment's.
  credential_id text,
  model text NOT NULL,
  -- What the vendor needs all lines of one batch to have in common, by its own words.
  endpoint text NOT NULL,
  -- `open`: lines join. `closed`: none does any more. `uploading`: its lines are being sent, which may be done again. `submitting`: it
  -- is being handed in, which is done once; what is found in this state was left by a process that died, and nobody knows whether
  -- the vendor has taken it on. `submitted`: it has. `ended`: each line has its answer, or `failure` says why it has none.
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'uploading', 'submitting', 'submitted', 'ended')),
  -- That ever joined, for their places; and bytes of their requests.
  lines integer NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  -- Ids of the vendor's, stored before anything else is done: of what was uploaded, then of the batch.
  uploaded jsonb,
  vendor_batch jsonb,
  -- Seals its lines; wrapped by the key of the hour in which nobody waits for them any more.
  epoch text NOT NULL,
  wrapped_key bytea NOT NULL,
  -- Why lines without an answer have none, as `AttemptFailure`; no content.
  failure jsonb,
  -- How often in a row the vendor could not be asked.
  silences integer NOT NULL DEFAULT 0,
  opened_at timestamptz NOT NULL DEFAULT now(),
  submitting_at timestamptz,
  submitted_at timestamptz,
  -- When the vendor was asked to end it.
  cancelled_at timestamptz,
  ended_at timestamptz,
  -- When the vendor was asked to forget it.
  removed_at timestamptz,
  looked_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
-- One that lines can join, of all that have the same in common.
CREATE UNIQUE INDEX vendor_batches_open
  ON jobs.vendor_batches (batch_id, vendor, coalesce(credential_id, ''), model, endpoint) WHERE state = 'open';
CREATE INDEX ON jobs.vendor_batches (batch_id);
CREATE INDEX ON jobs.vendor_batches (looked_at) WHERE removed_at IS NULL;

-- By what the vendor calls it when it calls back.
CREATE INDEX ON jobs.vendor_batches ((vendor_batch->>'id'));

-- From an attempt's hand-in until its outcome is recorded.
CREATE TABLE jobs.vendor_batch_lines (
  request_id text NOT NULL REFERENCES jobs.jobs (request_id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  vendor_batch_id text NOT NULL REFERENCES jobs.vendor_batches (id) ON DELETE CASCADE,
  -- From 1, in the order in which they have joined.
  position integer NOT NULL,
  bytes integer NOT NULL,
  -- What the vendor is asked, and what it has answered, sealed under the batch's key. The first goes once it is handed in.
  request bytea,
  answer bytea,
  -- Somebody wants no answer to it any more; the vendor cannot be told of one line alone.
  unwanted_at timestamptz,
  -- Its job has been told that there is something to see.
  told_at timestamptz,
  PRIMARY KEY (request_id, attempt)
);
CREATE UNIQUE INDEX ON jobs.vendor_batch_lines (vendor_batch_id, position);

-- As `jobs.start`, for an attempt that goes into its vendor's batch: it waits there for hours and takes nobody's place.
CREATE FUNCTION jobs.start_batched(p_id text, p_number integer, p_vendor text, p_model text, OUT status text) LANGUAGE plpgsql AS $$
DECLARE
  v_job jobs.jobs;
  v_version bigint;
BEGIN
  status := 'started';
  IF EXISTS (SELECT FROM requests.attempts a WHERE a.request_id = p_id AND a.number = p_number) THEN RETURN; END IF;
  SELECT j.* INTO v_job FROM jobs.jobs j JOIN requests.requests r ON r.id = j.request_id
    WHERE j.request_id = p_id AND r.ended_at IS NULL AND r.cancel_requested_at IS NULL FOR UPDATE OF j;
  IF NOT FOUND THEN
    status := 'ended';
    RETURN;
  END IF;
  -- A second execution of the same step finds the job running already, by this attempt.
  IF EXISTS (SELECT FROM jobs.events e WHERE e.request_id = p_id AND e.type = 'job.running' AND e.data->>'attempt' = p_number::text) THEN
    RETURN;
  END IF;
  UPDATE jobs.jobs j SET status = 'running', started_at = coalesce(j.started_at, now()) WHERE j.request_id = p_id;
  v_version := jobs.note(p_id, 'job.running', jsonb_build_object(
    'attempt', p_number, 'vendor', p_vendor, 'model', p_model, 'tier', 'batch'));
  IF v_job.started_at IS NULL THEN PERFORM jobs.tell(p_id, 'job.running', 'running', v_version); END IF;
END $$;
