-- What each request used and cost, written once in the transaction that ends it, for reports. No content: the one thing in
-- it that a caller wrote freely are tags, its own labels for reporting.
-- Up Migration
CREATE SCHEMA usage;

-- The caller's `metadata`: labels that it asked to see its usage by, in clear. Null where it gave none.
ALTER TABLE requests.requests ADD COLUMN tags jsonb;

-- A whole number of a unit. A vendor may report nonsense; whatever it is, no request fails to end by a bigint's bound.
CREATE FUNCTION usage.whole(p_units jsonb, p_unit text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(p_units->p_unit)
    WHEN 'number' THEN trunc(least(greatest((p_units->>p_unit)::numeric, 0), 9007199254740991))::bigint
  END
$$;

-- A month a partition, so that what is older than its retention goes at once and leaves nothing to vacuum.
CREATE TABLE usage.records (
  ended_at timestamptz NOT NULL,
  request_id text NOT NULL,
  organization_id text NOT NULL,
  -- As the request was accepted: the project's team and those above it, nearest first.
  team_ids text[] NOT NULL,
  project_id text NOT NULL,
  user_id text,
  service_account_id text,
  key_id text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('live', 'test')),
  kind text NOT NULL,
  stream boolean NOT NULL,
  batch boolean NOT NULL,
  -- As the caller named them, in order of preference.
  models text[] NOT NULL,
  -- Of the attempt that decided; null where none was made. `model` is the vendor's own name, `offer_id` ours.
  vendor text,
  model text,
  offer_id text,
  attempts integer NOT NULL,
  -- `answered` whole, `partial` where content went out before a failure, `failed` where none did, `refused` by the gateway.
  outcome text NOT NULL CHECK (outcome IN ('answered', 'partial', 'failed', 'refused')),
  failure_class text,
  refusal_code text,
  -- Of the attempt that is charged. A unit that the vendor did not report is absent, never 0.
  units jsonb NOT NULL,
  usage_source text NOT NULL CHECK (usage_source IN ('reported', 'counted', 'none')),
  -- From the request's acceptance to its end; the other two are the deciding attempt's own.
  latency_ms bigint NOT NULL,
  first_token_ms integer,
  duration_ms integer,
  -- Nano USD: what the caller was charged, what all attempts consumed at the plan's prices, and what was held.
  cost bigint NOT NULL CHECK (cost >= 0),
  upstream_cost bigint NOT NULL CHECK (upstream_cost >= 0),
  held bigint NOT NULL CHECK (held >= 0),
  tags jsonb NOT NULL DEFAULT '{}',
  -- The units that reports sum, made of `units`, so that they cannot say anything else.
  input bigint GENERATED ALWAYS AS (usage.whole(units, 'input')) STORED,
  input_cached_read bigint GENERATED ALWAYS AS (usage.whole(units, 'input_cached_read')) STORED,
  input_cache_write_5m bigint GENERATED ALWAYS AS (usage.whole(units, 'input_cache_write_5m')) STORED,
  input_cache_write_1h bigint GENERATED ALWAYS AS (usage.whole(units, 'input_cache_write_1h')) STORED,
  input_audio bigint GENERATED ALWAYS AS (usage.whole(units, 'input_audio')) STORED,
  input_image bigint GENERATED ALWAYS AS (usage.whole(units, 'input_image')) STORED,
  output bigint GENERATED ALWAYS AS (usage.whole(units, 'output')) STORED,
  output_reasoning bigint GENERATED ALWAYS AS (usage.whole(units, 'output_reasoning')) STORED,
  output_audio bigint GENERATED ALWAYS AS (usage.whole(units, 'output_audio')) STORED,
  output_image bigint GENERATED ALWAYS AS (usage.whole(units, 'output_image')) STORED,
  images bigint GENERATED ALWAYS AS (usage.whole(units, 'images')) STORED,
  searches bigint GENERATED ALWAYS AS (usage.whole(units, 'searches')) STORED,
  characters bigint GENERATED ALWAYS AS (usage.whole(units, 'characters')) STORED,
  audio_seconds bigint GENERATED ALWAYS AS (usage.whole(units, 'audio_seconds')) STORED,
  video_seconds bigint GENERATED ALWAYS AS (usage.whole(units, 'video_seconds')) STORED
) PARTITION BY RANGE (ended_at);
CREATE INDEX records_page ON usage.records (organization_id, ended_at, request_id);

-- The safety net: a request ends also where no partition was made for its month. `usage.maintain` moves such rows on.
CREATE TABLE usage.records_default PARTITION OF usage.records DEFAULT;
ALTER TABLE usage.records_default ADD PRIMARY KEY (request_id);

-- From when on every ended request has its record; the audit looks no further back.
CREATE TABLE usage.horizon (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  complete_since timestamptz NOT NULL
);
INSERT INTO usage.horizon (complete_since) VALUES ('-infinity');

-- Makes the partition of a month (its first instant in UTC) and moves there what the default one holds of it. It is filled
-- before it is attached, because a partition cannot be made for rows that the default one has.
CREATE FUNCTION usage.make_partition(p_month timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_name text := 'records_' || to_char(p_month AT TIME ZONE 'UTC', 'YYYY_MM');
  v_until timestamptz := (p_month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
  v_columns text;
BEGIN
  IF to_regclass('usage.' || v_name) IS NOT NULL THEN RETURN; END IF;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO v_columns FROM pg_attribute
    WHERE attrelid = 'usage.records'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
  -- Nothing may come into the default partition between the move and the attachment.
  LOCK TABLE usage.records_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE usage.%I (LIKE usage.records INCLUDING ALL, PRIMARY KEY (request_id))', v_name);
  EXECUTE format(
    'WITH moved AS (DELETE FROM usage.records_default WHERE ended_at >= %2$L AND ended_at < %3$L RETURNING *)
     INSERT INTO usage.%1$I (%4$s) SELECT %4$s FROM moved', v_name, p_month, v_until, v_columns);
  EXECUTE format('ALTER TABLE usage.records ATTACH PARTITION usage.%I FOR VALUES FROM (%L) TO (%L)', v_name, p_month, v_until);
END $$;

-- Makes partitions for every month that has records and for the next three, and drops those that are older than the retention
-- as a whole. Of several callers at once one works; false for the others. Requests that end wait for its locks, so that it
-- gives up (lock_not_available) where somebody's long report has them, and is called again later.
CREATE FUNCTION usage.maintain(p_retention interval, p_now timestamptz DEFAULT now()) RETURNS boolean LANGUAGE plpgsql
SET lock_timeout = '1s' AS $$
DECLARE
  v_keep_from timestamptz := date_trunc('month', p_now - p_retention, 'UTC');
  v_month timestamptz;
  v_name text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7305002) THEN RETURN false; END IF;
  IF v_keep_from > (SELECT complete_since FROM usage.horizon) THEN
    FOR v_name IN
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'usage.records'::regclass AND c.relname ~ '^records_\d{4,}_\d{2}$'
        AND make_timestamptz(split_part(c.relname, '_', 2)::integer, split_part(c.relname, '_', 3)::integer, 1, 0, 0, 0, 'UTC')
            < v_keep_from
    LOOP
      EXECUTE format('ALTER TABLE usage.records DETACH PARTITION usage.%I', v_name);
      EXECUTE format('DROP TABLE usage.%I', v_name);
    END LOOP;
    DELETE FROM usage.records_default WHERE ended_at < v_keep_from;
    UPDATE usage.horizon SET complete_since = v_keep_from;
  END IF;
  FOR v_month IN
    SELECT date_trunc('month', ended_at, 'UTC') FROM usage.records_default
    UNION
    SELECT (date_trunc('month', p_now AT TIME ZONE 'UTC') + ahead * interval '1 month') AT TIME ZONE 'UTC'
    FROM generate_series(0, 3) AS ahead
  LOOP
    PERFORM usage.make_partition(v_month);
  END LOOP;
  RETURN true;
END $$;

-- Writes the record of an ended request. What it cost upstream counts failed attempts too, as far as vendors reported them.
CREATE FUNCTION usage.record(p_request_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO usage.records
    (ended_at, request_id, organization_id, team_ids, project_id, user_id, service_account_id, key_id, mode, kind, stream, batch,
     models, vendor, model, offer_id, attempts, outcome, failure_class, refusal_code, units, usage_source, latency_ms,
     first_token_ms, duration_ms, cost, upstream_cost, held, tags)
  SELECT r.ended_at, r.id, r.organization_id,
         ARRAY (SELECT jsonb_array_elements_text(r.input->'teamIds')), r.project_id, r.input->>'userId', k.service_account_id,
         r.key_id, coalesce(r.input->>'mode', 'live'), r.kind, r.stream, coalesce((r.input->>'batch')::boolean, false),
         r.models, a.vendor, a.model, a.offer_id, every.attempts,
         CASE r.state WHEN 'settled' THEN coalesce(a.status, 'answered') WHEN 'released' THEN 'failed' ELSE 'refused' END,
         r.failure_class, r.refusal->>'code',
         CASE r.state WHEN 'settled' THEN coalesce(a.outcome->'usage'->'units', '{}') ELSE '{}' END,
         CASE r.state WHEN 'settled' THEN coalesce(a.outcome->'usage'->>'source', 'none') ELSE 'none' END,
         greatest(0, round(extract(epoch FROM r.ended_at - r.created_at) * 1000)), a.first_token_ms, a.duration_ms,
         coalesce(r.charged, 0), every.cost, coalesce(r.held, 0), coalesce(r.tags, '{}')
  FROM requests.requests r
  LEFT JOIN tenancy.api_keys k ON k.id = r.key_id
  LEFT JOIN requests.attempts a ON a.request_id = r.id AND a.number = r.attempt
  CROSS JOIN LATERAL (
    SELECT count(*) AS attempts, coalesce(sum(charge), 0) AS cost FROM requests.attempts WHERE request_id = r.id
  ) every
  WHERE r.id = p_request_id AND r.ended_at IS NOT NULL;
END $$;

CREATE FUNCTION usage.record_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM usage.record(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER record_usage AFTER UPDATE ON requests.requests FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION usage.record_end();
CREATE TRIGGER record_usage_at_once AFTER INSERT ON requests.requests FOR EACH ROW
  WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION usage.record_end();

-- Gives a request its tags, once. They come after its reservation, which may have ended it already.
CREATE FUNCTION usage.tag(p_request_id text, p_tags jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_ended_at timestamptz;
BEGIN
  UPDATE requests.requests SET tags = p_tags WHERE id = p_request_id AND tags IS NULL RETURNING ended_at INTO v_ended_at;
  IF v_ended_at IS NOT NULL THEN
    UPDATE usage.records SET tags = p_tags WHERE ended_at = v_ended_at AND request_id = p_request_id;
  END IF;
END $$;

-- What ended before this migration has its record too.
SELECT usage.record(id) FROM requests.requests WHERE ended_at IS NOT NULL;
SELECT usage.maintain(interval '100 years');
