-- Money: integers of 1e-9 USD, double-entry, append-only, two-phase. An account's three sums are caches that only the
-- functions below write, in the same transaction as the rows that they sum; `npm run audit` compares them.
-- Up Migration
CREATE SCHEMA ledger;

-- `credits` is money that a customer has paid in or been granted; `budget` is an allowance over the same spending. Both
-- answer the same question, credits_posted - debits_posted - debits_pending >= amount, so that a reservation treats a
-- list of scopes alike. credits_posted is what was funded less what was withdrawn, debits_posted what was charged, and
-- debits_pending what is held. `house` accounts are the other side of each transfer; their sums are not cached, because one
-- row that every request writes would make all requests wait for each other.
CREATE TABLE ledger.accounts (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('credits', 'budget', 'house')),
  -- `organization:ID`, `project:ID`, `key:ID`, …; absent for the house.
  scope text,
  credits_posted bigint NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
  debits_posted bigint NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
  debits_pending bigint NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz,
  CHECK ((kind = 'house') = (scope IS NULL)),
  -- The functions below never come near it; whatever else might, Postgres refuses.
  CONSTRAINT never_overdrawn CHECK (debits_posted + debits_pending <= credits_posted)
);
CREATE INDEX accounts_open_by_scope ON ledger.accounts (scope) WHERE closed_at IS NULL;

INSERT INTO ledger.accounts (id, kind) VALUES
  ('house:grants', 'house'),      -- where granted credit comes from
  ('house:allowances', 'house'),  -- where budgets come from
  ('house:revenue', 'house'),     -- where charges to credits go
  ('house:spent', 'house'),       -- where charges to budgets go
  ('house:overshoot', 'house');   -- what vendors reported beyond a hold: ours to pay

-- The first phase. A hold is resolved once, by a row of its own: this table is never updated.
CREATE TABLE ledger.holds (
  request_id text PRIMARY KEY,
  amount bigint NOT NULL CHECK (amount >= 0),
  account_ids text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The second phase: `posted` of the hold is charged to each of its accounts, the rest is void.
CREATE TABLE ledger.resolutions (
  request_id text PRIMARY KEY REFERENCES ledger.holds (request_id),
  posted bigint NOT NULL CHECK (posted >= 0),
  -- What the vendor's usage cost beyond the hold; the house bears it.
  overshoot bigint NOT NULL DEFAULT 0 CHECK (overshoot >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ledger.transfers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- One name for one movement of money, so that a second try finds the first: `grant:…`, `charge:REQUEST:ACCOUNT`.
  key text NOT NULL UNIQUE,
  -- Without foreign keys, which would make each request lock the same row of the house; the audit looks instead.
  debit_account_id text NOT NULL,
  credit_account_id text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  request_id text,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (debit_account_id <> credit_account_id)
);
CREATE INDEX ON ledger.transfers (debit_account_id, id);
CREATE INDEX ON ledger.transfers (credit_account_id, id);

-- A transfer is both of its postings; this view is the book as an accountant reads it.
CREATE VIEW ledger.postings AS
  SELECT id AS transfer_id, debit_account_id AS account_id, -amount AS amount, created_at FROM ledger.transfers
  UNION ALL
  SELECT id, credit_account_id, amount, created_at FROM ledger.transfers;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.holds EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.resolutions EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfers EXECUTE FUNCTION ledger.refuse_change();

-- Gives an account credit (a grant, an allowance). The same key again changes nothing and says so.
CREATE FUNCTION ledger.credit(p_key text, p_account_id text, p_from text, p_amount bigint, p_reason text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ledger.accounts WHERE id = p_account_id FOR UPDATE;
  INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
    VALUES (p_key, p_from, p_account_id, p_amount, p_reason) ON CONFLICT (key) DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE ledger.accounts SET credits_posted = credits_posted + p_amount WHERE id = p_account_id;
  RETURN true;
END $$;

-- Takes funding back, as far as it is neither spent nor held. Returns the amount taken.
CREATE FUNCTION ledger.withdraw(p_key text, p_account_id text, p_to text, p_amount bigint, p_reason text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_taken bigint;
BEGIN
  SELECT least(p_amount, credits_posted - debits_posted - debits_pending) INTO STRICT v_taken
    FROM ledger.accounts WHERE id = p_account_id FOR UPDATE;
  IF v_taken <= 0 THEN RETURN 0; END IF;
  INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason)
    VALUES (p_key, p_account_id, p_to, v_taken, p_reason) ON CONFLICT (key) DO NOTHING;
  IF NOT FOUND THEN RETURN 0; END IF;
  UPDATE ledger.accounts SET credits_posted = credits_posted - v_taken WHERE id = p_account_id;
  RETURN v_taken;
END $$;

-- Holds an amount in every open account of the scopes, or in none. Rows are locked in the order of their ids, always,
-- so that two reservations cannot wait for each other in a circle. An amount of 0 touches no account.
CREATE FUNCTION ledger.hold(
  p_request_id text, p_scopes text[], p_amount bigint,
  OUT held boolean, OUT short_account text, OUT available bigint, OUT pending bigint
) LANGUAGE plpgsql AS $$
DECLARE
  v_ids text[] := '{}';
  v_account record;
BEGIN
  held := true;
  IF p_amount > 0 THEN
    FOR v_account IN
      SELECT id, credits_posted - debits_posted - debits_pending AS free, debits_pending
      FROM ledger.accounts WHERE scope = ANY (p_scopes) AND closed_at IS NULL ORDER BY id FOR UPDATE
    LOOP
      v_ids := v_ids || v_account.id;
      -- The tightest account is the one that the caller is told of.
      IF v_account.free < p_amount AND (available IS NULL OR v_account.free < available) THEN
        held := false;
        short_account := v_account.id;
        available := v_account.free;
        pending := v_account.debits_pending;
      END IF;
    END LOOP;
    -- Spending that no account covers would be money from nowhere.
    IF cardinality(v_ids) = 0 THEN
      held := false; short_account := NULL; available := 0; pending := 0;
    END IF;
    IF NOT held THEN RETURN; END IF;
    UPDATE ledger.accounts SET debits_pending = debits_pending + p_amount WHERE id = ANY (v_ids);
  END IF;
  INSERT INTO ledger.holds (request_id, amount, account_ids) VALUES (p_request_id, p_amount, v_ids);
END $$;

-- Resolves a hold: posts the charge, never more than the hold, to each of its accounts and voids the rest. What the
-- vendor's usage cost beyond the hold is the house's.
-- A second resolution is refused by the primary key; callers check the request's state first, under its row's lock.
CREATE FUNCTION ledger.resolve(
  p_request_id text, p_charge bigint, p_cost bigint, OUT posted bigint, OUT overshoot bigint
)
LANGUAGE plpgsql AS $$
DECLARE
  v_hold ledger.holds;
BEGIN
  SELECT * INTO STRICT v_hold FROM ledger.holds WHERE request_id = p_request_id;
  posted := least(p_charge, v_hold.amount);
  overshoot := greatest(greatest(p_charge, p_cost) - v_hold.amount, 0);
  INSERT INTO ledger.resolutions (request_id, posted, overshoot) VALUES (p_request_id, posted, overshoot);
  IF v_hold.amount > 0 THEN
    PERFORM 1 FROM ledger.accounts WHERE id = ANY (v_hold.account_ids) ORDER BY id FOR UPDATE;
    UPDATE ledger.accounts
      SET debits_pending = debits_pending - v_hold.amount, debits_posted = debits_posted + posted
      WHERE id = ANY (v_hold.account_ids);
    IF posted > 0 THEN
      INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, request_id, reason)
        SELECT 'charge:' || p_request_id || ':' || a.id, a.id,
               CASE a.kind WHEN 'credits' THEN 'house:revenue' ELSE 'house:spent' END, posted, p_request_id, 'request'
        FROM ledger.accounts a WHERE a.id = ANY (v_hold.account_ids);
    END IF;
  END IF;
  IF overshoot > 0 THEN
    INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, request_id, reason)
      VALUES ('overshoot:' || p_request_id, 'house:overshoot', 'house:revenue', overshoot, p_request_id,
              'vendor usage beyond the hold');
  END IF;
END $$;
