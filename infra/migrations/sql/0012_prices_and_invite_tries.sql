-- Prices that the operator of the installation sets, beside those of the catalogue.
-- Up Migration

-- Prices, and later offers, are the whole installation's: one organisation runs it, and nobody else's owners may set them. It is
-- the first one there was; another is made it here, by hand, because no key should be able to hand it on.
ALTER TABLE tenancy.organizations ADD COLUMN is_operator boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX organizations_operator ON tenancy.organizations (is_operator) WHERE is_operator;
UPDATE tenancy.organizations SET is_operator = true
  WHERE id = (SELECT id FROM tenancy.organizations ORDER BY created_at, id LIMIT 1);

-- Also of an installation that begins with this schema.
CREATE FUNCTION tenancy.first_operates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM tenancy.organizations WHERE is_operator) THEN NEW.is_operator := true; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_operates BEFORE INSERT ON tenancy.organizations
  FOR EACH ROW EXECUTE FUNCTION tenancy.first_operates();

-- What is cached of a key says whether its organisation is the operator's.
CREATE FUNCTION tenancy.announce_operator_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_key_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER announce_operator AFTER UPDATE OF is_operator ON tenancy.organizations
  FOR EACH ROW WHEN (OLD.is_operator IS DISTINCT FROM NEW.is_operator)
  EXECUTE FUNCTION tenancy.announce_operator_change();

CREATE SCHEMA catalogue;

-- The history of an offer's prices, append-only: a row replaces all rows of its offer before it, from `effective_from` on.
-- Requests keep what they were planned with (`requests.requests.plan`), so that nothing here changes what was agreed.
CREATE TABLE catalogue.price_overrides (
  sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text PRIMARY KEY,
  offer_id text NOT NULL,
  -- {"input": {"usd": "2.5", "per": 1000000}, …} with exact decimals; null gives the offer the catalogue's prices back.
  prices jsonb CHECK (prices ? 'input' AND prices ? 'output'),
  reason text NOT NULL,
  effective_from timestamptz NOT NULL,
  organization_id text NOT NULL REFERENCES tenancy.organizations (id),
  key_id text NOT NULL,
  user_id text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX price_overrides_page ON catalogue.price_overrides (created_at, id);
CREATE INDEX ON catalogue.price_overrides (offer_id, sequence);

CREATE FUNCTION catalogue.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'prices that were set stay in the history: set others instead' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue.price_overrides
  FOR EACH STATEMENT EXECUTE FUNCTION catalogue.refuse_change();

-- Every gateway process holds the prices in memory; a change reaches all of them within a second.
CREATE FUNCTION catalogue.announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_catalogue_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT ON catalogue.price_overrides
  FOR EACH STATEMENT EXECUTE FUNCTION catalogue.announce_change();

-- Tries to accept an invitation, which needs no key: by the minute, for each address and for all together (`*`). Unlogged,
-- because a crash of Postgres may forget them. A try that succeeds is given back, so that only guesses count.
CREATE UNLOGGED TABLE tenancy.invite_tries (
  address text PRIMARY KEY,
  minute timestamptz NOT NULL,
  tries bigint NOT NULL
);

-- Counts a try and says whether it may be made. Counted first and judged afterwards, many at once are no way round it. The row
-- for all is always locked first, so that two tries cannot wait for each other in a circle.
CREATE FUNCTION tenancy.take_invite_try(p_address text, p_each bigint, p_all bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_minute timestamptz := date_trunc('minute', clock_timestamp());
  v_all bigint;
  v_each bigint;
BEGIN
  INSERT INTO tenancy.invite_tries AS t VALUES ('*', v_minute, 1)
    ON CONFLICT (address) DO UPDATE SET minute = EXCLUDED.minute, tries = CASE t.minute WHEN EXCLUDED.minute THEN t.tries + 1 ELSE 1 END
    RETURNING tries INTO v_all;
  INSERT INTO tenancy.invite_tries AS t VALUES ('at ' || p_address, v_minute, 1)
    ON CONFLICT (address) DO UPDATE SET minute = EXCLUDED.minute, tries = CASE t.minute WHEN EXCLUDED.minute THEN t.tries + 1 ELSE 1 END
    RETURNING tries INTO v_each;
  DELETE FROM tenancy.invite_tries WHERE minute < v_minute AND address <> '*';
  RETURN v_all <= p_all AND v_each <= p_each;
END $$;

CREATE FUNCTION tenancy.give_back_invite_try(p_address text) RETURNS void LANGUAGE sql AS $$
  UPDATE tenancy.invite_tries SET tries = tries - 1 WHERE address = '*' AND tries > 0;
  UPDATE tenancy.invite_tries SET tries = tries - 1 WHERE address = 'at ' || p_address AND tries > 0;
$$;
