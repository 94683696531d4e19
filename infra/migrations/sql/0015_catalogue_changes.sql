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
