-- Answers that callers ask to have kept (`store`), to be fetched, listed and built upon by their ids.
-- Up Migration

-- Whether callers may ask for that, and for how long an answer then stays from its request's end on; null allows none.
-- The most is 30 days, as at OpenAI.
ALTER TABLE tenancy.projects ADD COLUMN stored_answer_retention_ms bigint
  CHECK (stored_answer_retention_ms BETWEEN 1 AND 2592000000);

-- An answer that may be asked for by its id. It goes with the content that it is of, whoever deletes that: the sweeper when
-- its time is over, or its owner.
CREATE TABLE requests.stored (
  request_id text PRIMARY KEY REFERENCES content.kept (request_id) ON DELETE CASCADE,
  project_id text NOT NULL,
  -- Of the call: an answer is found through the endpoints of the dialect that it was asked for in.
  dialect text NOT NULL,
  -- The caller's labels, in clear, to be listed by; they can be changed.
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON requests.stored (project_id, dialect, created_at, request_id);

-- Destroys a stored answer with its content, its reply's log and the key of both. What is left is the request's record,
-- which has none of it; a repeat of the request's Idempotency-Key is told that the answer is no longer held. False where
-- this project stores no such answer.
CREATE FUNCTION requests.destroy_stored(p_project_id text, p_request_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM content.kept k USING requests.stored s
    WHERE s.request_id = p_request_id AND s.project_id = p_project_id AND k.request_id = s.request_id;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE requests.requests SET answer_hold_ms = 0, answer_expires_at = least(answer_expires_at, now())
    WHERE id = p_request_id;
  RETURN true;
END $$;
