-- Budgets of any scope with windows, warnings and thresholds; credits that expire, come back or are corrected; and a typed
-- answer to each wrong second attempt at the books.
-- Up Migration

-- The time by which windows are told apart, in one place, so that a test can set it.
CREATE FUNCTION ledger.clock() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';

CREATE TABLE ledger.budgets (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  -- `organization:ID`, `team:ID`, `project:ID`, `user:ID`, `key:ID`, or `model:ORGANIZATION:OFFER`.
  scope text NOT NULL,
  name text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  -- `fixed` is from starts_at until before ends_at; `total` has no end.
  window_kind text NOT NULL CHECK (window_kind IN ('day', 'week', 'month', 'fixed', 'total')),
  -- Days, weeks (from Monday) and months begin at midnight there.
  time_zone text NOT NULL DEFAULT 'UTC',
  starts_at timestamptz,
  ends_at timestamptz,
  -- `hard` refuses what would pass the amount; `warn` only counts.
  enforcement text NOT NULL CHECK (enforcement IN ('hard', 'warn')),
  -- Percent of the amount; reaching one writes an event to the outbox, once a window and amount.
  thresholds integer[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz,
  CHECK ((window_kind = 'fixed') = (starts_at IS NOT NULL AND ends_at IS NOT NULL)),
  CHECK (starts_at < ends_at)
);
CREATE INDEX budgets_open_by_scope ON ledger.budgets (scope) WHERE closed_at IS NULL;
CREATE INDEX budgets_page ON ledger.budgets (organization_id, created_at, id);

-- Each window of a budget is an account of its own, so that a hold of the last minute of a month is resolved in that month.
-- `meter` is the account of a budget that only warns: nothing stops it.
ALTER TABLE ledger.accounts
  ADD COLUMN budget_id text REFERENCES ledger.budgets (id),
  ADD COLUMN window_start timestamptz,
  ADD COLUMN window_end timestamptz,
  -- What may be spent where that is less than was credited: a budget that was lowered below what it holds.
  ADD COLUMN ceiling bigint CHECK (ceiling >= 0),
  DROP CONSTRAINT accounts_kind_check,
  ADD CONSTRAINT accounts_kind_check CHECK (kind IN ('credits', 'budget', 'meter', 'house')),
  DROP CONSTRAINT never_overdrawn,
  ADD CONSTRAINT never_overdrawn CHECK (kind = 'meter' OR debits_posted + debits_pending <= credits_posted);
CREATE INDEX ON ledger.accounts (budget_id, window_start);

-- The budgets of before are those of projects, without an end.
INSERT INTO ledger.budgets (id, organization_id, scope, name, amount, window_kind, enforcement, created_at)
  SELECT 'budget_' || p.id, p.organization_id, a.scope, 'Budget of ' || p.name, a.credits_posted, 'total', 'hard', a.created_at
  FROM ledger.accounts a JOIN tenancy.projects p ON a.scope = 'project:' || p.id
  WHERE a.kind = 'budget' AND a.closed_at IS NULL;
UPDATE ledger.accounts a SET budget_id = b.id, window_start = '-infinity', window_end = 'infinity'
  FROM ledger.budgets b WHERE b.scope = a.scope AND a.kind = 'budget';

INSERT INTO ledger.accounts (id, kind) VALUES
  ('house:deposits', 'house'),     -- where money that was paid in comes from
  ('house:refunds', 'house'),      -- where money that is given back comes from
  ('house:adjustments', 'house'),  -- the other side of corrections, each with its reason
  ('house:expired', 'house');      -- where credit goes whose time is over

-- A refund is of one request: `request_id` stands for what a request was charged.
ALTER TABLE ledger.transfers ADD COLUMN refunded_request_id text;
CREATE INDEX ON ledger.transfers (refunded_request_id) WHERE refunded_request_id IS NOT NULL;

-- Which of the model budgets among a hold's accounts was charged: that of the model which answered.
ALTER TABLE ledger.resolutions ADD COLUMN served_scope text;

CREATE TABLE ledger.threshold_crossings (
  account_id text NOT NULL,
  -- 0 stands for the first refusal.
  percent integer NOT NULL,
  amount bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, percent, amount)
);

-- Credit with a time of its own. `consumed` is what spending has used of it: the credit that expires first is used first.
CREATE TABLE ledger.credit_lots (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text NOT NULL REFERENCES ledger.accounts (id),
  transfer_key text NOT NULL UNIQUE,
  amount bigint NOT NULL CHECK (amount > 0),
  consumed bigint NOT NULL DEFAULT 0 CHECK (consumed BETWEEN 0 AND amount),
  expired bigint NOT NULL DEFAULT 0 CHECK (expired BETWEEN 0 AND amount),
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (consumed + expired <= amount)
);
CREATE INDEX ON ledger.credit_lots (account_id, expires_at);
CREATE INDEX credit_lots_to_expire ON ledger.credit_lots (expires_at) WHERE consumed + expired < amount;

-- Credit of before is one lot without an end; what was spent of it is shared when it is next looked at.
INSERT INTO ledger.credit_lots (account_id, transfer_key, amount)
  SELECT id, 'opening:' || id, credits_posted FROM ledger.accounts WHERE kind = 'credits' AND credits_posted > 0;

-- The window that a moment falls in; null where a fixed window has not begun or is over.
CREATE FUNCTION ledger.window_of(p_budget ledger.budgets, p_at timestamptz, OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_local timestamp;
  v_length interval;
BEGIN
  CASE p_budget.window_kind
    WHEN 'total' THEN
      starts := '-infinity'; ends := 'infinity';
    WHEN 'fixed' THEN
      IF p_at >= p_budget.starts_at AND p_at < p_budget.ends_at THEN
        starts := p_budget.starts_at; ends := p_budget.ends_at;
      END IF;
    ELSE
      v_local := date_trunc(p_budget.window_kind, p_at AT TIME ZONE p_budget.time_zone);
      v_length := ('1 ' || p_budget.window_kind)::interval;
      -- Added to the local time, so that a day with a change of the clock has 23 or 25 hours.
      starts := v_local AT TIME ZONE p_budget.time_zone;
      ends := (v_local + v_length) AT TIME ZONE p_budget.time_zone;
  END CASE;
END $$;

-- Makes the account of a budget's present window where there is none yet. Two that try at once make one: the second waits
-- for the first at the account's name. No account is locked here, because those are locked in one order later.
CREATE FUNCTION ledger.open_window(p_budget ledger.budgets) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_window record;
  v_id text;
BEGIN
  -- Its amount may just be changed (ledger.set_budget_amount): whoever changes it locks the row first.
  SELECT * INTO p_budget FROM ledger.budgets WHERE id = p_budget.id FOR SHARE;
  SELECT * INTO v_window FROM ledger.window_of(p_budget, ledger.clock());
  IF v_window.starts IS NULL THEN RETURN; END IF;
  v_id := 'budget:' || p_budget.id ||
    CASE WHEN p_budget.window_kind = 'total' THEN '' ELSE ':' || extract(epoch FROM v_window.starts)::bigint::text END;
  INSERT INTO ledger.accounts (id, kind, scope, budget_id, window_start, window_end, credits_posted)
    VALUES (v_id, CASE p_budget.enforcement WHEN 'hard' THEN 'budget' ELSE 'meter' END, p_budget.scope, p_budget.id,
            v_window.starts, v_window.ends, p_budget.amount)
    ON CONFLICT (id) DO NOTHING;
  IF FOUND AND p_budget.amount > 0 THEN
    INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
      VALUES ('allowance:' || v_id, 'house:allowances', v_id, p_budget.amount, 'budget window');
  END IF;
END $$;

-- The accounts of past windows take no more holds; those that are open in them are resolved all the same.
CREATE FUNCTION ledger.close_past_windows() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_closed integer;
BEGIN
  UPDATE ledger.accounts SET closed_at = window_end
    WHERE id IN (
      SELECT id FROM ledger.accounts
      WHERE closed_at IS NULL AND window_end <= ledger.clock() ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
    );
  GET DIAGNOSTICS v_closed = ROW_COUNT;
  RETURN v_closed;
END $$;

-- Writes an event for each threshold that an account's spending has reached; once for a window and an amount.
CREATE FUNCTION ledger.tell_thresholds(p_account_ids text[], p_request_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH reached AS (
    INSERT INTO ledger.threshold_crossings (account_id, percent, amount)
      SELECT a.id, percent, b.amount
      FROM ledger.accounts a JOIN ledger.budgets b ON b.id = a.budget_id CROSS JOIN LATERAL unnest(b.thresholds) AS percent
      WHERE a.id = ANY (p_account_ids) AND a.debits_posted::numeric * 100 >= b.amount::numeric * percent
      ON CONFLICT DO NOTHING RETURNING account_id, percent
  )
  INSERT INTO requests.outbox (type, organization_id, request_id, payload)
    SELECT 'budget.threshold_reached', b.organization_id, p_request_id,
           jsonb_build_object('budgetId', b.id, 'scope', b.scope, 'percent', r.percent, 'amountNanoUsd', b.amount::text,
                              'spentNanoUsd', a.debits_posted::text, 'windowStart', a.window_start, 'windowEnd', a.window_end)
    FROM reached r JOIN ledger.accounts a ON a.id = r.account_id JOIN ledger.budgets b ON b.id = a.budget_id
    ORDER BY b.id, r.percent;
END $$;

-- The first request that a budget refuses in a window is an event too.
CREATE FUNCTION ledger.tell_exhausted(p_account_id text, p_request_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH first AS (
    INSERT INTO ledger.threshold_crossings (account_id, percent, amount)
      SELECT a.id, 0, b.amount FROM ledger.accounts a JOIN ledger.budgets b ON b.id = a.budget_id WHERE a.id = p_account_id
      ON CONFLICT DO NOTHING RETURNING account_id
  )
  INSERT INTO requests.outbox (type, organization_id, request_id, payload)
    SELECT 'budget.exhausted', b.organization_id, p_request_id,
           jsonb_build_object('budgetId', b.id, 'scope', b.scope, 'amountNanoUsd', b.amount::text,
                              'spentNanoUsd', a.debits_posted::text, 'heldNanoUsd', a.debits_pending::text,
                              'windowStart', a.window_start, 'windowEnd', a.window_end)
    FROM first f JOIN ledger.accounts a ON a.id = f.account_id JOIN ledger.budgets b ON b.id = a.budget_id;
END $$;

-- Holds an amount in every account of the scopes whose window this is, or in none. Rows are locked in the order of their
-- ids, always, so that two reservations cannot wait for each other in a circle. An amount of 0 touches no account.
-- `result` tells a second attempt what the first one was: `exists` where it was this one, else what differs.
DROP FUNCTION ledger.hold(text, text[], bigint);
CREATE FUNCTION ledger.hold(
  p_request_id text, p_scopes text[], p_amount bigint,
  OUT held boolean, OUT short_account text, OUT available bigint, OUT pending bigint, OUT result text
) LANGUAGE plpgsql AS $$
DECLARE
  v_ids text[] := '{}';
  v_account record;
  v_budget ledger.budgets;
  v_earlier ledger.holds;
BEGIN
  SELECT * INTO v_earlier FROM ledger.holds WHERE request_id = p_request_id;
  IF FOUND THEN
    held := v_earlier.amount = p_amount;
    result := CASE WHEN held THEN 'exists' ELSE 'exists_with_different_amount' END;
    RETURN;
  END IF;
  held := true;
  IF p_amount > 0 THEN
    FOR v_budget IN
      SELECT * FROM ledger.budgets b
      WHERE b.scope = ANY (p_scopes) AND b.closed_at IS NULL
        AND NOT EXISTS (SELECT FROM ledger.accounts a
                        WHERE a.budget_id = b.id AND a.window_start <= ledger.clock() AND ledger.clock() < a.window_end)
      ORDER BY b.id
    LOOP
      PERFORM ledger.open_window(v_budget);
    END LOOP;
    FOR v_account IN
      SELECT id, kind, least(credits_posted, coalesce(ceiling, credits_posted)) - debits_posted - debits_pending AS free,
             debits_pending
      FROM ledger.accounts
      WHERE scope = ANY (p_scopes) AND closed_at IS NULL
        AND (window_end IS NULL OR (window_start <= ledger.clock() AND ledger.clock() < window_end))
      ORDER BY id FOR UPDATE
    LOOP
      v_ids := v_ids || v_account.id;
      -- The tightest account is the one that the caller is told of.
      IF v_account.kind <> 'meter' AND v_account.free < p_amount AND (available IS NULL OR v_account.free < available) THEN
        held := false;
        short_account := v_account.id;
        available := v_account.free;
        pending := v_account.debits_pending;
      END IF;
    END LOOP;
    -- Spending that no account covers would be money from nowhere; what only counts covers nothing.
    IF NOT EXISTS (SELECT FROM ledger.accounts WHERE id = ANY (v_ids) AND kind <> 'meter') THEN
      held := false; short_account := NULL; available := 0; pending := 0;
    END IF;
    IF NOT held THEN
      result := 'insufficient';
      PERFORM ledger.tell_exhausted(short_account, p_request_id);
      RETURN;
    END IF;
    UPDATE ledger.accounts SET debits_pending = debits_pending + p_amount WHERE id = ANY (v_ids);
  END IF;
  result := 'held';
  INSERT INTO ledger.holds (request_id, amount, account_ids) VALUES (p_request_id, p_amount, v_ids);
END $$;

-- Resolves a hold: posts the charge, never more than the hold, to each of its accounts and voids the rest. Of the accounts
-- of models only the one that answered is charged. What the vendor's usage cost beyond the hold is the house's.
-- `result` is `posted` or `voided`; a second attempt gets `already_posted` or `already_voided`, with what the first one did,
-- and changes nothing.
DROP FUNCTION ledger.resolve(text, bigint, bigint);
CREATE FUNCTION ledger.resolve(
  p_request_id text, p_charge bigint, p_cost bigint, p_served_scope text DEFAULT NULL,
  OUT posted bigint, OUT overshoot bigint, OUT result text
)
LANGUAGE plpgsql AS $$
DECLARE
  v_hold ledger.holds;
  v_earlier ledger.resolutions;
  v_charged text[];
BEGIN
  SELECT * INTO v_hold FROM ledger.holds WHERE request_id = p_request_id;
  IF NOT FOUND THEN
    result := 'hold_not_found';
    RETURN;
  END IF;
  posted := least(p_charge, v_hold.amount);
  overshoot := greatest(greatest(p_charge, p_cost) - v_hold.amount, 0);
  INSERT INTO ledger.resolutions (request_id, posted, overshoot, served_scope)
    VALUES (p_request_id, posted, overshoot, p_served_scope) ON CONFLICT (request_id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO v_earlier FROM ledger.resolutions WHERE request_id = p_request_id;
    posted := v_earlier.posted;
    overshoot := v_earlier.overshoot;
    result := CASE WHEN posted = 0 THEN 'already_voided' ELSE 'already_posted' END;
    RETURN;
  END IF;
  result := CASE WHEN posted = 0 THEN 'voided' ELSE 'posted' END;
  IF v_hold.amount > 0 THEN
    PERFORM 1 FROM ledger.accounts WHERE id = ANY (v_hold.account_ids) ORDER BY id FOR UPDATE;
    SELECT coalesce(array_agg(a.id), '{}') INTO v_charged FROM ledger.accounts a
      WHERE a.id = ANY (v_hold.account_ids) AND (a.scope NOT LIKE 'model:%' OR a.scope = p_served_scope);
    UPDATE ledger.accounts
      SET debits_pending = debits_pending - v_hold.amount,
          debits_posted = debits_posted + CASE WHEN id = ANY (v_charged) THEN posted ELSE 0 END
      WHERE id = ANY (v_hold.account_ids);
    IF posted > 0 THEN
      INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, request_id, reason)
        SELECT 'charge:' || p_request_id || ':' || a.id, a.id,
               CASE a.kind WHEN 'credits' THEN 'house:revenue' ELSE 'house:spent' END, posted, p_request_id, 'request'
        FROM ledger.accounts a WHERE a.id = ANY (v_charged);
      PERFORM ledger.tell_thresholds(v_charged, p_request_id);
    END IF;
  END IF;
  IF overshoot > 0 THEN
    INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, request_id, reason)
      VALUES ('overshoot:' || p_request_id, 'house:overshoot', 'house:revenue', overshoot, p_request_id,
              'vendor usage beyond the hold');
  END IF;
END $$;

-- Shares what was spent and is not shared yet among the lots of an account: those that expire first are used first. Called
-- before a lot is added, so that what was spent before counts against what there was then. Needs the account's lock.
CREATE FUNCTION ledger.share_spending(p_account_id text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_left bigint;
  v_lot record;
  v_part bigint;
BEGIN
  SELECT a.debits_posted - coalesce(sum(l.consumed), 0) INTO v_left
    FROM ledger.accounts a LEFT JOIN ledger.credit_lots l ON l.account_id = a.id
    WHERE a.id = p_account_id GROUP BY a.debits_posted;
  FOR v_lot IN
    SELECT id, amount - consumed - expired AS rest FROM ledger.credit_lots
    WHERE account_id = p_account_id AND consumed + expired < amount ORDER BY expires_at NULLS LAST, id
  LOOP
    EXIT WHEN v_left <= 0;
    v_part := least(v_left, v_lot.rest);
    UPDATE ledger.credit_lots SET consumed = consumed + v_part WHERE id = v_lot.id;
    v_left := v_left - v_part;
  END LOOP;
END $$;

-- Gives an account credit. `result` is `created`, or, where the key was used before, `exists`, `exists_with_different_amount`
-- or `exists_with_different_accounts`: then nothing is changed. `account_not_found` and `account_closed` change nothing too.
CREATE FUNCTION ledger.fund(
  p_key text, p_account_id text, p_from text, p_amount bigint, p_reason text, p_expires_at timestamptz DEFAULT NULL,
  p_refunded_request_id text DEFAULT NULL
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_account ledger.accounts;
  v_earlier ledger.transfers;
BEGIN
  SELECT * INTO v_account FROM ledger.accounts WHERE id = p_account_id FOR UPDATE;
  IF NOT FOUND THEN RETURN 'account_not_found'; END IF;
  SELECT * INTO v_earlier FROM ledger.transfers WHERE key = p_key;
  IF FOUND THEN
    IF (v_earlier.debit_account_id, v_earlier.credit_account_id) IS DISTINCT FROM (p_from, p_account_id) THEN
      RETURN 'exists_with_different_accounts';
    END IF;
    RETURN CASE WHEN v_earlier.amount = p_amount THEN 'exists' ELSE 'exists_with_different_amount' END;
  END IF;
  IF v_account.closed_at IS NOT NULL THEN RETURN 'account_closed'; END IF;
  INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason, refunded_request_id)
    VALUES (p_key, p_from, p_account_id, p_amount, p_reason, p_refunded_request_id);
  IF v_account.kind = 'credits' THEN
    PERFORM ledger.share_spending(p_account_id);
    INSERT INTO ledger.credit_lots (account_id, transfer_key, amount, expires_at)
      VALUES (p_account_id, p_key, p_amount, p_expires_at);
  END IF;
  UPDATE ledger.accounts SET credits_posted = credits_posted + p_amount WHERE id = p_account_id;
  RETURN 'created';
END $$;

-- Takes funding back: all of the amount or none. `insufficient` where less is free of spending and holds.
CREATE FUNCTION ledger.take_back(p_key text, p_account_id text, p_to text, p_amount bigint, p_reason text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_account ledger.accounts;
  v_earlier ledger.transfers;
BEGIN
  SELECT * INTO v_account FROM ledger.accounts WHERE id = p_account_id FOR UPDATE;
  IF NOT FOUND THEN RETURN 'account_not_found'; END IF;
  SELECT * INTO v_earlier FROM ledger.transfers WHERE key = p_key;
  IF FOUND THEN
    IF (v_earlier.debit_account_id, v_earlier.credit_account_id) IS DISTINCT FROM (p_account_id, p_to) THEN
      RETURN 'exists_with_different_accounts';
    END IF;
    RETURN CASE WHEN v_earlier.amount = p_amount THEN 'exists' ELSE 'exists_with_different_amount' END;
  END IF;
  IF v_account.credits_posted - v_account.debits_posted - v_account.debits_pending < p_amount THEN
    RETURN 'insufficient';
  END IF;
  PERFORM ledger.share_spending(p_account_id);
  INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
    VALUES (p_key, p_account_id, p_to, p_amount, p_reason);
  PERFORM ledger.shrink_lots(p_account_id, p_amount);
  UPDATE ledger.accounts SET credits_posted = credits_posted - p_amount WHERE id = p_account_id;
  RETURN 'created';
END $$;

-- What is taken back is taken from the lots that would last longest, so that it does not save credit from expiring.
CREATE FUNCTION ledger.shrink_lots(p_account_id text, p_amount bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_left bigint := p_amount;
  v_lot record;
  v_part bigint;
BEGIN
  FOR v_lot IN
    SELECT id, amount - consumed - expired AS rest FROM ledger.credit_lots
    WHERE account_id = p_account_id AND consumed + expired < amount ORDER BY expires_at DESC NULLS FIRST, id DESC
  LOOP
    EXIT WHEN v_left <= 0;
    v_part := least(v_left, v_lot.rest);
    UPDATE ledger.credit_lots SET expired = expired + v_part WHERE id = v_lot.id;
    v_left := v_left - v_part;
  END LOOP;
END $$;

-- Takes away what is left of credit whose time is over, as far as it is not held; what is held is taken once it is free.
-- Returns how many lots came to their end.
CREATE FUNCTION ledger.expire_credits() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_due record;
  v_account ledger.accounts;
  v_lot ledger.credit_lots;
  v_part bigint;
  v_ended integer := 0;
BEGIN
  FOR v_due IN
    SELECT DISTINCT account_id FROM ledger.credit_lots
    WHERE expires_at <= ledger.clock() AND consumed + expired < amount ORDER BY account_id LIMIT 100
  LOOP
    SELECT * INTO v_account FROM ledger.accounts WHERE id = v_due.account_id FOR UPDATE;
    PERFORM ledger.share_spending(v_due.account_id);
    FOR v_lot IN
      SELECT * FROM ledger.credit_lots
      WHERE account_id = v_due.account_id AND expires_at <= ledger.clock() AND consumed + expired < amount
      ORDER BY expires_at, id
    LOOP
      v_part := least(v_lot.amount - v_lot.consumed - v_lot.expired,
                      v_account.credits_posted - v_account.debits_posted - v_account.debits_pending);
      EXIT WHEN v_part <= 0;
      INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
        VALUES ('expire:' || v_lot.transfer_key || ':' || v_lot.expired, v_due.account_id, 'house:expired', v_part,
                'credit expired');
      UPDATE ledger.credit_lots SET expired = expired + v_part WHERE id = v_lot.id;
      UPDATE ledger.accounts SET credits_posted = credits_posted - v_part WHERE id = v_due.account_id
        RETURNING * INTO v_account;
      IF v_lot.consumed + v_lot.expired + v_part = v_lot.amount THEN v_ended := v_ended + 1; END IF;
    END LOOP;
  END LOOP;
  RETURN v_ended;
END $$;

-- Gives back what a request was charged, all or a part, once for a key. `result`: `created`, `exists…` as in ledger.fund,
-- `request_not_charged`, or `exceeds_charge` where all refunds together would pass the charge.
CREATE FUNCTION ledger.refund(p_key text, p_request_id text, p_account_id text, p_amount bigint, p_reason text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_charged bigint;
  v_refunded bigint;
BEGIN
  -- Two refunds of one request wait for each other here.
  PERFORM 1 FROM ledger.accounts WHERE id = p_account_id FOR UPDATE;
  SELECT amount INTO v_charged FROM ledger.transfers WHERE key = 'charge:' || p_request_id || ':' || p_account_id;
  IF NOT FOUND THEN RETURN 'request_not_charged'; END IF;
  SELECT coalesce(sum(amount), 0) INTO v_refunded FROM ledger.transfers
    WHERE refunded_request_id = p_request_id AND credit_account_id = p_account_id;
  IF v_refunded + p_amount > v_charged AND NOT EXISTS (SELECT FROM ledger.transfers WHERE key = p_key) THEN
    RETURN 'exceeds_charge';
  END IF;
  RETURN ledger.fund(p_key, p_account_id, 'house:refunds', p_amount, p_reason, NULL, p_request_id);
END $$;

-- The two of before, over the new ones, for whoever wants a plain answer.
CREATE OR REPLACE FUNCTION ledger.credit(p_key text, p_account_id text, p_from text, p_amount bigint, p_reason text)
RETURNS boolean LANGUAGE sql AS $$
  SELECT ledger.fund(p_key, p_account_id, p_from, p_amount, p_reason) = 'created'
$$;

-- Takes funding back, as far as it is neither spent nor held. Returns the amount taken.
CREATE OR REPLACE FUNCTION ledger.withdraw(p_key text, p_account_id text, p_to text, p_amount bigint, p_reason text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_taken bigint;
BEGIN
  SELECT least(p_amount, credits_posted - debits_posted - debits_pending) INTO STRICT v_taken
    FROM ledger.accounts WHERE id = p_account_id FOR UPDATE;
  IF v_taken <= 0 THEN RETURN 0; END IF;
  RETURN CASE ledger.take_back(p_key, p_account_id, p_to, v_taken, p_reason) WHEN 'created' THEN v_taken ELSE 0 END;
END $$;

-- Sets what a budget allows, in the present window at once. Where more is spent and held than the new amount, the ceiling
-- keeps it: what is freed of the holds is not to be spent again.
CREATE FUNCTION ledger.set_budget_amount(p_budget_id text, p_amount bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_account ledger.accounts;
  v_taken bigint;
  v_key text;
BEGIN
  -- Before the account, as in ledger.open_window: no window is opened at the old amount meanwhile.
  PERFORM 1 FROM ledger.budgets WHERE id = p_budget_id FOR UPDATE;
  UPDATE ledger.budgets SET amount = p_amount WHERE id = p_budget_id;
  SELECT * INTO v_account FROM ledger.accounts
    WHERE budget_id = p_budget_id AND closed_at IS NULL AND window_start <= ledger.clock() AND ledger.clock() < window_end
    FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT format('allowance:%s:%s', v_account.id, count(*)) INTO v_key FROM ledger.transfers
    WHERE debit_account_id = 'house:allowances' AND credit_account_id = v_account.id
       OR credit_account_id = 'house:allowances' AND debit_account_id = v_account.id;
  IF p_amount > v_account.credits_posted THEN
    INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
      VALUES (v_key, 'house:allowances', v_account.id, p_amount - v_account.credits_posted, 'budget raised');
    UPDATE ledger.accounts SET credits_posted = p_amount, ceiling = NULL WHERE id = v_account.id;
    RETURN;
  END IF;
  v_taken := v_account.credits_posted - p_amount;
  IF v_account.kind <> 'meter' THEN
    v_taken := least(v_taken, v_account.credits_posted - v_account.debits_posted - v_account.debits_pending);
  END IF;
  IF v_taken > 0 THEN
    INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
      VALUES (v_key, v_account.id, 'house:allowances', v_taken, 'budget lowered');
  END IF;
  UPDATE ledger.accounts
    SET credits_posted = credits_posted - v_taken,
        ceiling = CASE WHEN credits_posted - v_taken > p_amount THEN p_amount END
    WHERE id = v_account.id;
END $$;

-- Ends a request: posts the charge of an attempt (settled) or nothing (released). The first end stands; a later one is
-- told what it was. A request without a row leaves one when it is released, so that nothing can be held for it later.
CREATE OR REPLACE FUNCTION requests.finish(
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
        FROM ledger.resolve(v_id, (v_attempt.outcome->>'chargeNanoUsd')::bigint, coalesce(v_attempt.charge, 0),
                            'model:' || v_request.organization_id || ':' || v_attempt.offer_id);
    ELSE
      SELECT * INTO v_resolution FROM ledger.resolve(v_id, 0, 0, NULL);
    END IF;
    -- The request's row says that its hold is open; if the books say otherwise, nobody should guess.
    IF v_resolution.result NOT IN ('posted', 'voided') THEN
      RAISE EXCEPTION 'request % cannot end: its hold is %', v_id, v_resolution.result;
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

-- The budget that a project is made with: hard, and without an end.
CREATE FUNCTION ledger.open_project_budget(p_organization_id text, p_project_id text, p_name text, p_amount bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_budget ledger.budgets;
BEGIN
  INSERT INTO ledger.budgets (id, organization_id, scope, name, amount, window_kind, enforcement)
    VALUES ('budget_' || p_project_id, p_organization_id, 'project:' || p_project_id, p_name, p_amount, 'total', 'hard')
    RETURNING * INTO v_budget;
  PERFORM ledger.open_window(v_budget);
END $$;
