-- What the operator says of offers and models, and what newer price data would change about them.
-- Up Migration

-- The history of what the operator says of an offer or a model, append-only as that of prices is: a row replaces all rows of
-- its object before it, from `effective_from` on. Requests keep the offers that they were planned with.
CREATE TABLE catalogue.changes (
  sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('offer', 'model')),
  object_id text NOT NULL,
  -- What differs from the catalogue's row, and everything where it has none: {"contextWindow": 8192, "disabled": true, …}, of
  -- which null empties a field. Null as a whole: the catalogue's row counts as it is, and what it does not have is gone.
  fields jsonb CHECK (jsonb_typeof(fields) = 'object'),
  reason text NOT NULL,
  effective_from timestamptz NOT NULL,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  key_id text NOT NULL,
  user_id text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX changes_page ON catalogue.changes (created_at, id);
CREATE INDEX ON catalogue.changes (kind, object_id, sequence);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue.changes
  FOR EACH STATEMENT EXECUTE FUNCTION catalogue.refuse_change();
CREATE TRIGGER announce AFTER INSERT ON catalogue.changes
  FOR EACH STATEMENT EXECUTE FUNCTION catalogue.announce_change();

-- The message says prices no longer, because other things are append-only now.
CREATE OR REPLACE FUNCTION catalogue.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was set for the catalogue must stay in the history: set something else instead'
    USING ERRCODE = 'restrict_violation';
END $$;

-- Each time that newer price data was read: a run that failed says why, and has changed nothing.
CREATE TABLE catalogue.refresh_runs (
  id text PRIMARY KEY,
  -- Where the data came from, without what a URL may hold of secrets (user, query).
  source text NOT NULL,
  -- SHA-256 of what was read, in hex.
  content_hash text,
  compared integer,
  proposed integer,
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((failure IS NULL) = (content_hash IS NOT NULL AND compared IS NOT NULL AND proposed IS NOT NULL))
);
CREATE INDEX refresh_runs_page ON catalogue.refresh_runs (created_at, id);

-- What newer data would change. Nothing of it counts before the operator accepts it, which makes a row of `catalogue.changes`.
CREATE TABLE catalogue.proposals (
  id text PRIMARY KEY,
  run_id text NOT NULL REFERENCES catalogue.refresh_runs (id),
  kind text NOT NULL CHECK (kind IN ('new_offer', 'price_rise', 'price_fall', 'limit_change', 'deprecation')),
  offer_id text NOT NULL,
  -- The fields that differ: as they are, null for an offer that there is not, and as they would be.
  before jsonb,
  after jsonb NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'rejected', 'superseded')),
  decided_at timestamptz,
  key_id text,
  user_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX proposals_page ON catalogue.proposals (created_at, id);
-- One question about an offer is asked once at a time.
CREATE UNIQUE INDEX proposals_open ON catalogue.proposals (offer_id, kind) WHERE state = 'open';
CREATE INDEX ON catalogue.proposals (offer_id, kind, created_at);

-- What a vendor itself says that the charged attempt cost, in USD, to the last digit; null where it says nothing. It stands beside
-- `cost`, which is what the caller paid, and is never charged.
ALTER TABLE usage.records ADD COLUMN stated_cost numeric CHECK (stated_cost >= 0);

-- As before, with what the vendor states.
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
     characters, audio_seconds, video_seconds, credential_id, is_byok, stated_cost)
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
         a.credential_id, coalesce(a.outcome ? 'isOwn', false), (v_usage->>'statedUsd')::numeric
  FROM requests.requests r
  LEFT JOIN tenancy.api_keys k ON k.id = r.key_id
  LEFT JOIN requests.attempts a ON a.request_id = r.id AND a.number = r.attempt
  CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, coalesce(sum(charge), 0) AS cost FROM requests.attempts WHERE request_id = r.id
  ) every
  WHERE r.id = p_request_id AND r.ended_at IS NOT NULL;
END $$;
