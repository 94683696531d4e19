-- What gateway processes tell each other of vendors: what each has seen lately, and which ways to a vendor are resting.
-- Up Migration

CREATE SCHEMA health;

-- Unlogged, both: what they hold is old within minutes, a crash that empties them costs a few attempts, and no request may
-- wait for their write-ahead log.

-- A row for what one process saw of one offer (through one credential; '' is the environment's) in one stretch of time. It is
-- replaced as a whole by its process every half second, so that a repeated write changes nothing and nobody else writes to it.
CREATE UNLOGGED TABLE health.observations (
  -- 10: what snapshots are made of, kept for minutes. 300: what is shown of an offer, kept for a day.
  width_seconds smallint NOT NULL,
  -- The number of the stretch since the epoch.
  bucket bigint NOT NULL,
  offer_id text NOT NULL,
  credential_id text NOT NULL,
  instance text NOT NULL,
  -- `Bucket` of workflows/domain/health/bucket.ts: counts, and no content.
  data jsonb NOT NULL,
  -- Width and stretch first: both the readers and the clean-up ask by them.
  PRIMARY KEY (width_seconds, bucket, offer_id, credential_id, instance)
) WITH (fillfactor = 50);
-- Rows of the current stretch are rewritten twenty times; room on their page spares the index each time.

-- What is shown of an offer is asked by its id.
CREATE INDEX observations_history ON health.observations (offer_id, bucket) WHERE width_seconds = 300;

CREATE UNLOGGED TABLE health.circuits (
  offer_id text NOT NULL,
  credential_id text NOT NULL,
  phase text NOT NULL CHECK (phase IN ('closed', 'open')),
  -- Milliseconds since the epoch by the clock of the process that saw it, as all times here.
  changed_at_ms bigint NOT NULL,
  until_ms bigint NOT NULL,
  trips integer NOT NULL,
  warm_up_ms bigint NOT NULL,
  reason text,
  -- The process that may find out whether the vendor is back, and until when nobody else may.
  probe_by text,
  probe_until_ms bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (offer_id, credential_id)
);

-- The whole row, so that who hears of it need not ask. Only a change of the circuit itself is news; a probe is not.
CREATE FUNCTION health.announce_circuit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_health', row_to_json(NEW)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER announce_new AFTER INSERT ON health.circuits
  FOR EACH ROW EXECUTE FUNCTION health.announce_circuit();
CREATE TRIGGER announce_change AFTER UPDATE ON health.circuits
  FOR EACH ROW WHEN (OLD.changed_at_ms IS DISTINCT FROM NEW.changed_at_ms OR OLD.until_ms IS DISTINCT FROM NEW.until_ms)
  EXECUTE FUNCTION health.announce_circuit();
