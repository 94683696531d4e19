-- Webhooks: what the outbox holds is told to addresses that organisations name, and each try is on record.
-- Up Migration

ALTER TABLE requests.outbox
  -- The project that an event is of; null for what concerns the whole organisation.
  ADD COLUMN IF NOT EXISTS project_id text,
  -- An address that one request's caller wants to be told at, besides the endpoints.
  ADD COLUMN IF NOT EXISTS webhook_url text,
  -- Counts the changes of the event's object, so that a receiver can tell an older one that arrives late.
  ADD COLUMN IF NOT EXISTS version bigint;
-- The event's name outside. Random, because a number would tell each organisation how much happens in all of them.
ALTER TABLE requests.outbox
  ADD COLUMN event_id text NOT NULL DEFAULT 'evt_' || replace(gen_random_uuid()::text, '-', '');
CREATE UNIQUE INDEX outbox_by_event ON requests.outbox (event_id);
-- `delivered_at` is when an event was handed over to its deliveries; some weeks later it is forgotten with them.
CREATE INDEX outbox_delivered ON requests.outbox (delivered_at);

CREATE SCHEMA webhooks;

CREATE TABLE webhooks.endpoints (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  -- Null for events of all projects and of none.
  project_id text,
  -- Null for the one that stands for the addresses that single requests name (`requests.outbox.webhook_url`): its secrets
  -- sign what goes there.
  url text CHECK (length(url) <= 2048),
  description text NOT NULL DEFAULT '',
  -- Types, or families of them (`job.*`); null for all.
  event_types text[],
  payload text NOT NULL DEFAULT 'thin' CHECK (payload IN ('thin', 'full')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  -- manual: somebody switched it off; gone: its server answered 410.
  disabled_reason text CHECK (disabled_reason IN ('manual', 'gone')),
  deleted_at timestamptz,
  FOREIGN KEY (organization_id, project_id) REFERENCES tenancy.projects (organization_id, id),
  CHECK (url IS NOT NULL OR project_id IS NULL),
  CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);
CREATE INDEX ON webhooks.endpoints (organization_id, created_at, id);
CREATE UNIQUE INDEX endpoints_of_requests ON webhooks.endpoints (organization_id) WHERE url IS NULL AND deleted_at IS NULL;

-- What webhooks are signed with. After a rotation the secret of before signs beside the new one until it expires.
CREATE TABLE webhooks.secrets (
  id text PRIMARY KEY,
  endpoint_id text NOT NULL REFERENCES webhooks.endpoints (id),
  -- AES-256-GCM under a key of its own, which is sealed under the master key that `master_key_id` names. Both are bound to
  -- secret, endpoint and organisation, so that a row that was moved does not decrypt.
  secret bytea NOT NULL,
  wrapped_key bytea NOT NULL,
  master_key_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null for the current one.
  expires_at timestamptz
);
CREATE UNIQUE INDEX secrets_current ON webhooks.secrets (endpoint_id) WHERE expires_at IS NULL;
CREATE INDEX ON webhooks.secrets (endpoint_id, expires_at);

-- One event for one endpoint: a workflow each, `webhook:ID`.
CREATE TABLE webhooks.deliveries (
  id text PRIMARY KEY,
  endpoint_id text NOT NULL REFERENCES webhooks.endpoints (id),
  organization_id text NOT NULL,
  event_id text NOT NULL REFERENCES requests.outbox (event_id) ON DELETE CASCADE,
  -- event: it happened; test, redelivery: somebody asked for it.
  cause text NOT NULL CHECK (cause IN ('event', 'test', 'redelivery')),
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'canceled')),
  -- Why it failed or was canceled.
  reason text,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  -- When its workflow had been started, and until when some process is about to start it.
  handed_over_at timestamptz,
  claimed_until timestamptz,
  CHECK ((state = 'pending') = (ended_at IS NULL))
);
-- However often an event is looked at, it is delivered once.
CREATE UNIQUE INDEX deliveries_of_events ON webhooks.deliveries (event_id, endpoint_id) WHERE cause = 'event';
CREATE INDEX deliveries_to_start ON webhooks.deliveries (created_at) WHERE handed_over_at IS NULL;
CREATE INDEX deliveries_pending ON webhooks.deliveries (created_at) WHERE state = 'pending';
CREATE INDEX ON webhooks.deliveries (endpoint_id, created_at, id);
-- For an event that is forgotten with its deliveries.
CREATE INDEX ON webhooks.deliveries (event_id);

-- Each try of a delivery, written before anything is sent. Neither what was sent nor what was answered is kept.
CREATE TABLE webhooks.attempts (
  delivery_id text NOT NULL REFERENCES webhooks.deliveries (id) ON DELETE CASCADE,
  number integer NOT NULL CHECK (number >= 1),
  started_at timestamptz NOT NULL DEFAULT now(),
  -- The status that was answered; null where there was no answer.
  status integer,
  -- Why it did not count as delivered, by class; null of one that did, and of one that runs.
  failure text,
  duration_ms integer,
  ended_at timestamptz,
  PRIMARY KEY (delivery_id, number)
);

-- Whoever hands events over is woken. For each row, not for each statement: most statements that could write an event write
-- none, and commits that notify wait for each other.
CREATE FUNCTION webhooks.announce_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT ON requests.outbox
  FOR EACH ROW WHEN (NEW.delivered_at IS NULL) EXECUTE FUNCTION webhooks.announce_event();

-- Keys are made and revoked in several places (people, machines and projects take theirs with them), so what is told of them
-- is written where all of these meet.
CREATE FUNCTION webhooks.tell_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests.outbox (type, organization_id, project_id, payload)
    VALUES (CASE WHEN TG_OP = 'INSERT' THEN 'api_key.created'
                 WHEN NEW.revoked_at IS NOT NULL THEN 'api_key.revoked'
                 ELSE 'api_key.rotated' END,
            NEW.organization_id, NEW.project_id,
            jsonb_build_object('id', NEW.id, 'kind', NEW.kind, 'name', NEW.name, 'redactedValue', NEW.hint));
  RETURN NULL;
END $$;
CREATE TRIGGER tell_creation AFTER INSERT ON tenancy.api_keys
  FOR EACH ROW EXECUTE FUNCTION webhooks.tell_key_change();
CREATE TRIGGER tell_change AFTER UPDATE ON tenancy.api_keys FOR EACH ROW
  WHEN ((OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL)
    OR (NEW.revoked_at IS NULL AND OLD.hash IS DISTINCT FROM NEW.hash))
  EXECUTE FUNCTION webhooks.tell_key_change();

-- The project that a budget is of, through its key where it is a key's; null for budgets of more than a project.
CREATE FUNCTION ledger.project_of_scope(p_scope text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_scope LIKE 'project:%' THEN substr(p_scope, 9)
    WHEN p_scope LIKE 'key:%' THEN (SELECT k.project_id FROM tenancy.api_keys k WHERE k.id = substr(p_scope, 5))
  END
$$;

-- As in 0010, and with the project.
CREATE OR REPLACE FUNCTION ledger.tell_thresholds(p_account_ids text[], p_request_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH reached AS (
    INSERT INTO ledger.threshold_crossings (account_id, percent, amount)
      SELECT a.id, percent, b.amount
      FROM ledger.accounts a JOIN ledger.budgets b ON b.id = a.budget_id CROSS JOIN LATERAL unnest(b.thresholds) AS percent
      WHERE a.id = ANY (p_account_ids) AND a.debits_posted::numeric * 100 >= b.amount::numeric * percent
      ON CONFLICT DO NOTHING RETURNING account_id, percent
  )
  INSERT INTO requests.outbox (type, organization_id, project_id, request_id, payload)
    SELECT 'budget.threshold_reached', b.organization_id, ledger.project_of_scope(b.scope), p_request_id,
           jsonb_build_object('budgetId', b.id, 'scope', b.scope, 'percent', r.percent, 'amountNanoUsd', b.amount::text,
                              'spentNanoUsd', a.debits_posted::text, 'windowStart', a.window_start, 'windowEnd', a.window_end)
    FROM reached r JOIN ledger.accounts a ON a.id = r.account_id JOIN ledger.budgets b ON b.id = a.budget_id
    ORDER BY b.id, r.percent;
END $$;
CREATE OR REPLACE FUNCTION ledger.tell_exhausted(p_account_id text, p_request_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH first AS (
    INSERT INTO ledger.threshold_crossings (account_id, percent, amount)
      SELECT a.id, 0, b.amount FROM ledger.accounts a JOIN ledger.budgets b ON b.id = a.budget_id WHERE a.id = p_account_id
      ON CONFLICT DO NOTHING RETURNING account_id
  )
  INSERT INTO requests.outbox (type, organization_id, project_id, request_id, payload)
    SELECT 'budget.exhausted', b.organization_id, ledger.project_of_scope(b.scope), p_request_id,
           jsonb_build_object('budgetId', b.id, 'scope', b.scope, 'amountNanoUsd', b.amount::text,
                              'spentNanoUsd', a.debits_posted::text, 'heldNanoUsd', a.debits_pending::text,
                              'windowStart', a.window_start, 'windowEnd', a.window_end)
    FROM first f JOIN ledger.accounts a ON a.id = f.account_id JOIN ledger.budgets b ON b.id = a.budget_id;
END $$;
