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
