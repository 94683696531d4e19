-- Rate limits: rules, and what has been taken of each. Counters are token buckets that refill steadily, so that there is no
-- edge of a minute at which twice the limit fits.
-- Up Migration
CREATE SCHEMA limits;

CREATE TABLE limits.rules (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  scope_type text NOT NULL CHECK (scope_type IN ('organization', 'project', 'key')),
  scope_id text NOT NULL,
  -- An offer id in which `*` stands for any run of characters; null counts all models together.
  model text,
  unit text NOT NULL CHECK (unit IN ('requests', 'tokens', 'concurrent_requests', 'images', 'audio_seconds')),
  period text CHECK (period IN ('minute', 'day')),
  -- A bucket counts millionths in a bigint: this bound leaves room for what may be used beyond it.
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- What is gone stays as a row, so that cursors and the audit log keep finding it.
  removed_at timestamptz,
  CHECK ((unit = 'concurrent_requests') = (period IS NULL))
);
-- One limit for one thing: with two, a change of either would seem to do nothing.
CREATE UNIQUE INDEX rules_present
  ON limits.rules (organization_id, scope_type, scope_id, coalesce(model, ''), unit, coalesce(period, ''))
  WHERE removed_at IS NULL;
CREATE INDEX rules_page ON limits.rules (organization_id, created_at, id);

-- Every gateway process caches the rules of an organisation; a change reaches all of them within a second.
CREATE FUNCTION limits.announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_limits_changed', coalesce(NEW.organization_id, OLD.organization_id));
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON limits.rules
  FOR EACH ROW EXECUTE FUNCTION limits.announce_change();

-- What is used of each rule, in millionths of its unit, as it was at a time; it leaks away by the rule's amount a period.
-- Unlogged: it changes with every request, and after a crash of Postgres every bucket may begin full. The row is also the
-- lock under which a rule's leases are counted.
CREATE UNLOGGED TABLE limits.buckets (
  rule_id text PRIMARY KEY,
  used bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- What a request has taken by estimate, until its end tells what it used.
CREATE UNLOGGED TABLE limits.taken (
  request_id text NOT NULL,
  rule_id text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, rule_id)
);
CREATE INDEX taken_age ON limits.taken (taken_at);

-- The requests that are under way, for limits of concurrency. A lease holds for as long as its request's row is open, and
-- for `lapses_at` where it has no row (yet). Logged, because requests go on while Postgres starts again after a crash.
CREATE TABLE limits.leases (
  rule_id text NOT NULL,
  request_id text NOT NULL,
  lapses_at timestamptz NOT NULL,
  PRIMARY KEY (rule_id, request_id)
);
CREATE INDEX leases_by_request ON limits.leases (request_id);

CREATE FUNCTION limits.period_seconds(p_period text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_period WHEN 'minute' THEN 60 WHEN 'day' THEN 86400 END::numeric
$$;

-- What is still used now, in millionths. Rounded up, so that no number of touches lets more through than the limit says;
-- a bucket is touched when something is taken, which is a million times what a rounding loses.
CREATE FUNCTION limits.used_now(p_used bigint, p_at timestamptz, p_amount bigint, p_period text, p_now timestamptz)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(0, p_used - floor(
    greatest(0, extract(epoch FROM p_now - p_at)) * 1000000 * p_amount / limits.period_seconds(p_period)))::bigint
$$;

-- Milliseconds in which so many millionths leak away, rounded up.
CREATE FUNCTION limits.leak_ms(p_millionths numeric, p_amount bigint, p_period text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT ceil(greatest(0, p_millionths) * limits.period_seconds(p_period) / (p_amount * 1000))::bigint
$$;

-- A rule's pattern of offer ids, as LIKE has it.
CREATE FUNCTION limits.like_pattern(p_model text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(regexp_replace(p_model, '([\\%_])', '\\\1', 'g'), '*', '%')
$$;

-- How rules stand at a time, everything in millionths: `room` is the whole limit, `used` of it is gone, `need` is asked for.
-- Rules that are gone are passed over.
CREATE TYPE limits.standing AS (rule_id text, unit text, period text, amount bigint, room bigint, used bigint, need bigint);
CREATE FUNCTION limits.standings(p_rule_ids text[], p_needs bigint[], p_now timestamptz) RETURNS SETOF limits.standing
LANGUAGE sql STABLE AS $$
  SELECT r.id, r.unit, r.period, r.amount, r.amount * 1000000,
         CASE WHEN r.period IS NULL THEN (
           SELECT count(*) * 1000000 FROM limits.leases l
           WHERE l.rule_id = r.id AND (l.lapses_at > p_now
             OR EXISTS (SELECT FROM requests.requests q WHERE q.id = l.request_id AND q.ended_at IS NULL)))
         ELSE limits.used_now(b.used, b.at, r.amount, r.period, p_now) END,
         n.need * 1000000
  FROM unnest(p_rule_ids, p_needs) AS n (rule_id, need)
  JOIN limits.rules r ON r.id = n.rule_id AND r.removed_at IS NULL
  JOIN limits.buckets b ON b.rule_id = r.id
$$;

-- Takes from all of the rules or from none, and tells how each stands: after it where it took, before it where it did not.
-- `wait_ms` is null where the rule is no reason to wait, where no waiting helps, and for concurrency, whose end nobody knows.
-- Buckets are locked in the order of their ids, always, and those that are missing (a new rule, a crash of Postgres) are made
-- before that in the same order, so that two takes cannot wait for each other in a circle. Whoever holds a bucket asks for
-- nothing that another transaction may hold: it can be the end of a longer transaction, whatever that has locked before.
CREATE FUNCTION limits.take(p_request_id text, p_rule_ids text[], p_needs bigint[])
RETURNS TABLE (rule_id text, amount bigint, needed bigint, remaining bigint, reset_ms bigint, fits boolean, wait_ms bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz;
  v_standings limits.standing[];
  v_fits boolean;
BEGIN
  INSERT INTO limits.buckets (rule_id)
    SELECT r.id FROM limits.rules r
    WHERE r.id = ANY (p_rule_ids) AND r.removed_at IS NULL
      AND NOT EXISTS (SELECT FROM limits.buckets b WHERE b.rule_id = r.id)
    ORDER BY r.id
    ON CONFLICT DO NOTHING;
  PERFORM 1 FROM limits.buckets b WHERE b.rule_id = ANY (p_rule_ids) ORDER BY b.rule_id FOR UPDATE;
  -- Only now: the time at which the transaction began is from before the wait for the locks.
  v_now := clock_timestamp();
  SELECT coalesce(array_agg(s), '{}'), coalesce(bool_and(s.used + s.need <= s.room), true) INTO v_standings, v_fits
    FROM limits.standings(p_rule_ids, p_needs, v_now) s;

  RETURN QUERY
    SELECT s.rule_id, s.amount, s.need / 1000000, greatest(0, s.room - s.used - t.taken) / 1000000,
           CASE WHEN s.period IS NULL THEN 0 ELSE limits.leak_ms(s.used + t.taken, s.amount, s.period) END,
           s.used + s.need <= s.room,
           CASE WHEN s.used + s.need > s.room AND s.need <= s.room AND s.period IS NOT NULL
             THEN limits.leak_ms(s.used + s.need - s.room, s.amount, s.period) END
    FROM unnest(v_standings) s CROSS JOIN LATERAL (SELECT CASE WHEN v_fits THEN s.need ELSE 0 END AS taken) t
    ORDER BY s.rule_id;
  IF NOT v_fits THEN RETURN; END IF;

  UPDATE limits.buckets b SET used = s.used + s.need, at = greatest(b.at, v_now)
    FROM unnest(v_standings) s WHERE b.rule_id = s.rule_id AND s.period IS NOT NULL;
  INSERT INTO limits.taken (request_id, rule_id, amount)
    SELECT p_request_id, s.rule_id, s.need / 1000000 FROM unnest(v_standings) s WHERE s.unit IN ('tokens', 'audio_seconds');
  INSERT INTO limits.leases (rule_id, request_id, lapses_at)
    SELECT s.rule_id, p_request_id, v_now + interval '60 seconds' FROM unnest(v_standings) s WHERE s.period IS NULL;
  -- Two kinds of leftovers, of requests that never got a row. What another transaction has locked is left to it.
  DELETE FROM limits.leases l USING (
    SELECT o.rule_id, o.request_id FROM limits.leases o
    WHERE o.rule_id = ANY (p_rule_ids) AND o.lapses_at <= v_now
      AND NOT EXISTS (SELECT FROM requests.requests q WHERE q.id = o.request_id AND q.ended_at IS NULL)
    FOR UPDATE SKIP LOCKED
  ) o WHERE l.rule_id = o.rule_id AND l.request_id = o.request_id;
  DELETE FROM limits.taken t USING (
    SELECT o.rule_id, o.request_id FROM limits.taken o WHERE o.taken_at < v_now - interval '2 days'
    ORDER BY o.taken_at LIMIT 4 FOR UPDATE SKIP LOCKED
  ) o WHERE t.rule_id = o.rule_id AND t.request_id = o.request_id;
END $$;

-- Replaces what a request has taken by estimate by what it used: the surplus comes back, the rest is taken, also beyond the
-- limit, so that who comes next waits for it. A rule for other models than the one that served (p_offer_id) gets all back.
-- p_audio_seconds is null where nobody reported any; the estimate stands then.
CREATE FUNCTION limits.correct(p_request_id text, p_offer_id text, p_tokens numeric, p_audio_seconds numeric)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz;
BEGIN
  DELETE FROM limits.leases WHERE request_id = p_request_id;
  PERFORM 1 FROM limits.buckets b
    WHERE b.rule_id IN (SELECT t.rule_id FROM limits.taken t WHERE t.request_id = p_request_id)
    ORDER BY b.rule_id FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  v_now := clock_timestamp();
  WITH estimated AS (DELETE FROM limits.taken t WHERE t.request_id = p_request_id RETURNING t.rule_id, t.amount)
  UPDATE limits.buckets b
    -- A vendor may report nonsense; whatever it is, no request fails to end by a bigint's bound.
    SET used = least(4e18, greatest(0,
          limits.used_now(b.used, b.at, r.amount, r.period, v_now)
          + (CASE WHEN r.model IS NOT NULL AND coalesce(p_offer_id, '') NOT LIKE limits.like_pattern(r.model) THEN 0
                  WHEN r.unit = 'tokens' THEN p_tokens
                  ELSE coalesce(p_audio_seconds, e.amount) END - e.amount) * 1000000))::bigint,
        at = greatest(b.at, v_now)
    FROM estimated e JOIN limits.rules r ON r.id = e.rule_id
    WHERE b.rule_id = e.rule_id;
END $$;

-- However a request ends (settled, released, refused; by its flow, or by the sweeper after a crash), its row says so once.
CREATE FUNCTION limits.end_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_offer_id text;
  v_units jsonb;
  v_tokens numeric;
BEGIN
  SELECT a.offer_id, a.outcome->'usage'->'units' INTO v_offer_id, v_units
    FROM requests.attempts a WHERE a.request_id = NEW.id AND a.number = NEW.attempt;
  SELECT coalesce(sum(ceil(u.value::numeric)), 0) INTO v_tokens FROM jsonb_each_text(v_units) u
    WHERE u.key IN ('input', 'input_cached_read', 'input_cache_write_5m', 'input_cache_write_1h', 'input_audio',
                    'input_image', 'output', 'output_reasoning', 'output_audio', 'output_image');
  PERFORM limits.correct(NEW.id, v_offer_id, v_tokens,
    CASE WHEN v_units IS NULL THEN 0 ELSE ceil((v_units->>'audio_seconds')::numeric) END);
  RETURN NULL;
END $$;
CREATE TRIGGER limits_end AFTER UPDATE ON requests.requests FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION limits.end_request();
