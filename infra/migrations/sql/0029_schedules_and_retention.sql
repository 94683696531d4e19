-- Schedules: a POST that is made again and again, each time as a job. When is Temporal's business, which knows a schedule's id
-- and its times; what is posted, and what became of earlier times, is here alone.
-- Up Migration
CREATE TABLE jobs.schedules (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  project_id text NOT NULL REFERENCES tenancy.projects (id),
  -- The key that made it: its rights at the time of a run are the run's.
  key_id text NOT NULL,
  path text NOT NULL,
  -- Headers and body of the POST, which are content. It must last as long as the schedule does, which nobody knows
  -- beforehand, so it is sealed as credentials are and not by an hour's key: under a key of its own, under the master key
  -- that is named. The key goes with the row, and what a backup has of it needs the master key.
  post bytea NOT NULL,
  wrapped_key bytea NOT NULL,
  master_key_id text NOT NULL,
  -- `ScheduleTimes`: read as a whole, and asked about by nothing.
  times jsonb NOT NULL,
  overlap text NOT NULL CHECK (overlap IN ('skip', 'buffer_one', 'allow_all', 'cancel_other')),
  remaining integer CHECK (remaining >= 0),
  metadata jsonb NOT NULL,
  -- asked: by a caller; refused: too many runs in a row were. Null while it is not paused.
  paused_because text CHECK (paused_because IN ('asked', 'refused')),
  refusals_in_row integer NOT NULL DEFAULT 0,
  -- Goes up with each change that Temporal is told of; a run that brings an older one shows that it has missed one.
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON jobs.schedules (project_id, created_at, id);
CREATE INDEX ON jobs.schedules (master_key_id);

-- One time of a schedule, or one run that was asked for.
CREATE TABLE jobs.schedule_runs (
  id text PRIMARY KEY,
  schedule_id text NOT NULL REFERENCES jobs.schedules (id) ON DELETE CASCADE,
  -- The workflow's id, which Temporal makes of the schedule and the time: two tries of one time are one run.
  name text NOT NULL,
  cause text NOT NULL CHECK (cause IN ('time', 'trigger')),
  status text NOT NULL CHECK (status IN ('pending', 'waiting', 'submitted', 'skipped', 'refused')),
  due_at timestamptz NOT NULL,
  -- Not a reference: requests may be forgotten before runs are.
  job_id text,
  -- Status, code and field; never a message, which may quote what was posted.
  refusal jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- When it was last found to be free to go.
  opened_at timestamptz,
  UNIQUE (schedule_id, name),
  CHECK ((status = 'submitted') = (job_id IS NOT NULL)),
  CHECK ((status = 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX ON jobs.schedule_runs (schedule_id, created_at, id);

-- Whether a run of the schedule, other than this one, has a job that is not over. One whose process died between posting and
-- writing that down is taken up again within seconds; an hour later nobody will.
CREATE FUNCTION jobs.has_other_run(p_schedule_id text, p_name text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM jobs.schedule_runs r LEFT JOIN jobs.jobs j ON j.request_id = r.job_id
    WHERE r.schedule_id = p_schedule_id AND r.name <> p_name
      AND ((r.status = 'submitted' AND j.request_id IS NOT NULL AND j.completed_at IS NULL)
        OR (r.status = 'pending' AND r.opened_at > now() - interval '1 hour')));
$$;

-- Finds out what becomes of one time of a schedule, and writes it down. `submit`: its POST is to be made; `gone`: there is no
-- such schedule; `paused`, `ended`: there is no run at this time; else the status of the run, for good but for `waiting`.
CREATE FUNCTION jobs.open_run(
  p_schedule_id text, p_id text, p_name text, p_cause text, p_due_at timestamptz,
  OUT status text, OUT run_id text, OUT job_id text, OUT cancel text[]
) LANGUAGE plpgsql AS $$
DECLARE
  v_schedule jobs.schedules;
  v_run jobs.schedule_runs;
  v_status text;
  v_opens boolean;
BEGIN
  -- One run at a time decides, so that of two that come together one sees the other.
  SELECT * INTO v_schedule FROM jobs.schedules s WHERE s.id = p_schedule_id FOR UPDATE;
  IF NOT FOUND THEN status := 'gone'; RETURN; END IF;
  SELECT * INTO v_run FROM jobs.schedule_runs r WHERE r.schedule_id = p_schedule_id AND r.name = p_name;
  IF FOUND AND v_run.status NOT IN ('pending', 'waiting') THEN
    status := v_run.status; run_id := v_run.id; job_id := v_run.job_id;
    RETURN;
  END IF;
  IF v_run.id IS NULL AND p_cause = 'time' THEN
    IF v_schedule.paused_because IS NOT NULL THEN status := 'paused'; RETURN; END IF;
    IF v_schedule.remaining = 0 THEN status := 'ended'; RETURN; END IF;
  END IF;
  v_status := CASE
    WHEN v_run.status = 'pending' OR v_schedule.overlap = 'allow_all'
      OR NOT jobs.has_other_run(p_schedule_id, p_name) THEN 'pending'
    WHEN v_run.status = 'waiting' THEN 'waiting'
    WHEN v_schedule.overlap = 'cancel_other' THEN 'pending'
    WHEN v_schedule.overlap = 'buffer_one' AND NOT EXISTS (
      SELECT FROM jobs.schedule_runs r WHERE r.schedule_id = p_schedule_id AND r.status = 'waiting') THEN 'waiting'
    ELSE 'skipped'
  END;
  v_opens := v_status = 'pending' AND v_run.status IS DISTINCT FROM 'pending';
  IF v_run.id IS NULL THEN
    -- What is older than a month is of no use to anybody.
    DELETE FROM jobs.schedule_runs r WHERE r.schedule_id = p_schedule_id AND r.created_at < now() - interval '30 days';
    INSERT INTO jobs.schedule_runs (id, schedule_id, name, cause, status, due_at, opened_at)
      VALUES (p_id, p_schedule_id, p_name, p_cause, v_status, p_due_at, CASE WHEN v_opens THEN now() END)
      RETURNING * INTO v_run;
  ELSIF v_opens THEN
    UPDATE jobs.schedule_runs r SET status = v_status, opened_at = now() WHERE r.id = v_run.id;
  END IF;
  IF v_opens AND p_cause = 'time' AND v_schedule.remaining > 0 THEN
    -- Temporal is told of the last one only: until then it need not know how many are left.
    UPDATE jobs.schedules s
      SET remaining = s.remaining - 1, version = s.version + CASE WHEN s.remaining = 1 THEN 1 ELSE 0 END
      WHERE s.id = p_schedule_id;
  END IF;
  status := CASE v_status WHEN 'pending' THEN 'submit' ELSE v_status END;
  run_id := v_run.id;
  IF v_status = 'pending' AND v_schedule.overlap = 'cancel_other' THEN
    cancel := ARRAY(
      SELECT r.job_id FROM jobs.schedule_runs r JOIN jobs.jobs j ON j.request_id = r.job_id
      WHERE r.schedule_id = p_schedule_id AND r.name <> p_name AND j.completed_at IS NULL);
  END IF;
END $$;

-- A run whose POST became a job. Whoever comes second changes nothing.
CREATE FUNCTION jobs.submit_run(p_run_id text, p_job_id text) RETURNS void LANGUAGE sql AS $$
  WITH submitted AS (
    UPDATE jobs.schedule_runs r SET status = 'submitted', job_id = p_job_id
      WHERE r.id = p_run_id AND r.status = 'pending' RETURNING r.schedule_id
  )
  UPDATE jobs.schedules s SET refusals_in_row = 0 FROM submitted WHERE s.id = submitted.schedule_id AND s.refusals_in_row > 0;
$$;

-- A run whose POST was refused. With the last that are borne with in a row, the schedule is paused.
CREATE FUNCTION jobs.refuse_run(p_run_id text, p_refusal jsonb, p_borne_with integer) RETURNS void LANGUAGE sql AS $$
  WITH refused AS (
    UPDATE jobs.schedule_runs r SET status = 'refused', refusal = p_refusal
      WHERE r.id = p_run_id AND r.status = 'pending' RETURNING r.schedule_id
  )
  UPDATE jobs.schedules s
    SET refusals_in_row = s.refusals_in_row + 1,
        paused_because = CASE WHEN s.refusals_in_row + 1 >= p_borne_with THEN coalesce(s.paused_because, 'refused') ELSE s.paused_because END,
        version = s.version + CASE WHEN s.refusals_in_row + 1 >= p_borne_with AND s.paused_because IS NULL THEN 1 ELSE 0 END,
        updated_at = now()
    FROM refused WHERE s.id = refused.schedule_id;
$$;

-- A project's schedules go with it, and what they would have posted is destroyed; Temporal's part goes when it next finds none.
CREATE FUNCTION jobs.forget_schedules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM jobs.schedules s WHERE s.project_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_schedules AFTER UPDATE ON tenancy.projects FOR EACH ROW
  WHEN (OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL)
  EXECUTE FUNCTION jobs.forget_schedules();

-- How long a project keeps what its jobs make and what its callers upload; null is as long as the installation says.
ALTER TABLE tenancy.projects
  ADD COLUMN output_retention_ms bigint CHECK (output_retention_ms BETWEEN 60000 AND 2592000000),
  ADD COLUMN file_retention_ms bigint CHECK (file_retention_ms BETWEEN 60000 AND 2592000000);

-- A shorter time counts for what is there, too: a project that says an hour has nothing that is older, in an hour or at once.
-- A longer one lengthens nothing, because each object's end was stated to whoever has it.
CREATE FUNCTION objects.shorten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE objects.objects o SET expires_at = o.created_at + make_interval(secs => v.retention_ms / 1000.0)
    FROM (VALUES ('output', NEW.output_retention_ms), ('file', NEW.file_retention_ms)) AS v (kind, retention_ms)
    WHERE o.project_id = NEW.id AND o.kind = v.kind AND o.state = 'ready'
      AND o.expires_at > o.created_at + make_interval(secs => v.retention_ms / 1000.0);
  RETURN NULL;
END $$;
CREATE TRIGGER shorten_objects AFTER UPDATE ON tenancy.projects FOR EACH ROW
  WHEN (OLD.output_retention_ms IS DISTINCT FROM NEW.output_retention_ms
    OR OLD.file_retention_ms IS DISTINCT FROM NEW.file_retention_ms)
  EXECUTE FUNCTION objects.shorten();
