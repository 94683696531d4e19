-- Who changed what: append-only, and for each organisation a chain in which every entry's hash covers the entry before it.
-- Up Migration
CREATE SCHEMA audit;

-- A change is written in the transaction that made it. `before` and `after` are of the type json, which keeps the text that
-- it was given to the byte: jsonb would keep a value, whose text is Postgres' own and may differ in another version.
CREATE TABLE audit.entries (
  organization_id text NOT NULL,
  -- From 1, without a gap.
  sequence bigint NOT NULL CHECK (sequence >= 1),
  id text NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  type text NOT NULL,
  object_id text NOT NULL,
  project_id text,
  before json,
  after json,
  key_id text NOT NULL,
  user_id text,
  role text NOT NULL,
  request_id text NOT NULL,
  ip_address text,
  user_agent text,
  -- In lower-case hex; 64 zeros before the first entry.
  previous_hash text NOT NULL CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  -- Without foreign keys, which would lock rows of other tables here, after all others (see audit.append).
  PRIMARY KEY (organization_id, sequence)
);
CREATE INDEX entries_by_time ON audit.entries (organization_id, at);
CREATE INDEX entries_by_object ON audit.entries (organization_id, object_id, sequence);

-- The end of each chain. It serialises the writers of a chain, and tells when the end of the chain has been cut off.
CREATE TABLE audit.heads (
  organization_id text PRIMARY KEY,
  sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0),
  hash text NOT NULL DEFAULT repeat('0', 64) CHECK (hash ~ '^[0-9a-f]{64}$')
);

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.entries EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON audit.heads EXECUTE FUNCTION audit.refuse_change();
-- A head moves on by one entry, or not at all.
CREATE TRIGGER moves_forward BEFORE UPDATE ON audit.heads FOR EACH ROW
  WHEN (NEW.organization_id <> OLD.organization_id OR NEW.sequence <> OLD.sequence + 1)
  EXECUTE FUNCTION audit.refuse_change();

-- The text that is hashed: the entry, without its hash, as the JSON object below in the form of RFC 8785 (names in order, no
-- spaces), so that anybody can check an export with a library of that form and SHA-256, and none of our code. A field that
-- the entry lacks is null. `at` is in UTC to the microsecond, as it is stored.
-- `before` and `after` arrive in that form and are put in as they stand. to_json escapes text as the RFC asks: only `"`, `\`
-- and control characters below U+0020, those that have a short form in it, the others as \u and four lower-case digits.
CREATE FUNCTION audit.canonical(e audit.entries) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT '{"actor":{"ip_address":' || coalesce(to_json(e.ip_address)::text, 'null')
    || ',"key_id":' || to_json(e.key_id)::text
    || ',"request_id":' || to_json(e.request_id)::text
    || ',"role":' || to_json(e.role)::text
    || ',"user_agent":' || coalesce(to_json(e.user_agent)::text, 'null')
    || ',"user_id":' || coalesce(to_json(e.user_id)::text, 'null')
    || '},"after":' || coalesce(e.after::text, 'null')
    || ',"at":"' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","before":' || coalesce(e.before::text, 'null')
    || ',"id":' || to_json(e.id)::text
    || ',"object_id":' || to_json(e.object_id)::text
    || ',"organization_id":' || to_json(e.organization_id)::text
    || ',"previous_hash":' || to_json(e.previous_hash)::text
    || ',"project_id":' || coalesce(to_json(e.project_id)::text, 'null')
    || ',"sequence":' || e.sequence::text
    || ',"type":' || to_json(e.type)::text || '}'
$$;

-- SHA-256 over the UTF-8 bytes of that text.
CREATE FUNCTION audit.hash_of(e audit.entries) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(audit.canonical(e), 'UTF8')), 'hex')
$$;

-- Appends an entry to its organisation's chain and returns its sequence. It locks the chain's head, and that is the last lock
-- that a transaction takes: whoever holds it waits for nobody any more, so that it closes no circle of waiting, and others
-- wait for it no longer than a commit takes. So this is the last statement of the transaction that made the change.
CREATE FUNCTION audit.append(
  p_organization_id text, p_id text, p_type text, p_object_id text, p_project_id text, p_before json, p_after json,
  p_key_id text, p_user_id text, p_role text, p_request_id text, p_ip_address text, p_user_agent text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_head audit.heads;
  v_entry audit.entries;
BEGIN
  INSERT INTO audit.heads (organization_id) VALUES (p_organization_id) ON CONFLICT DO NOTHING;
  SELECT * INTO STRICT v_head FROM audit.heads WHERE organization_id = p_organization_id FOR UPDATE;
  v_entry.organization_id := p_organization_id;
  v_entry.sequence := v_head.sequence + 1;
  v_entry.id := p_id;
  -- Of now and not of the transaction's beginning, so that the times of a chain stand in its order.
  v_entry.at := clock_timestamp();
  v_entry.type := p_type;
  v_entry.object_id := p_object_id;
  v_entry.project_id := p_project_id;
  v_entry.before := p_before;
  v_entry.after := p_after;
  v_entry.key_id := p_key_id;
  v_entry.user_id := p_user_id;
  v_entry.role := p_role;
  v_entry.request_id := p_request_id;
  v_entry.ip_address := p_ip_address;
  v_entry.user_agent := p_user_agent;
  v_entry.previous_hash := v_head.hash;
  v_entry.hash := audit.hash_of(v_entry);
  INSERT INTO audit.entries SELECT v_entry.*;
  UPDATE audit.heads SET sequence = v_entry.sequence, hash = v_entry.hash WHERE organization_id = p_organization_id;
  RETURN v_entry.sequence;
END $$;

-- The first entry of each chain that does not follow from the one before it, for whoever has psql at hand. `npm run audit`
-- does the same without trusting a function that stands in the database.
CREATE VIEW audit.broken_links AS
  WITH links AS (
    SELECT e.organization_id, e.sequence, e.id,
           e.hash = audit.hash_of(e)
             AND e.sequence = coalesce(lag(e.sequence) OVER chain, 0) + 1
             AND e.previous_hash = coalesce(lag(e.hash) OVER chain, repeat('0', 64)) AS holds
    FROM audit.entries e WINDOW chain AS (PARTITION BY e.organization_id ORDER BY e.sequence)
  )
  SELECT DISTINCT ON (organization_id) organization_id, sequence, id FROM links WHERE NOT holds
  ORDER BY organization_id, sequence;
