-- What a request for a model brings in a form, and is too large for its call, rests as an object until the request ends.
-- Up Migration
ALTER TABLE objects.objects DROP CONSTRAINT objects_kind_check;
ALTER TABLE objects.objects
  ADD CONSTRAINT objects_kind_check CHECK (kind IN ('output', 'file', 'part', 'input')),
  -- Its end is found by its request.
  ADD CONSTRAINT input_of_request CHECK (kind <> 'input' OR request_id IS NOT NULL);
CREATE INDEX ON objects.objects (request_id) WHERE kind = 'input' AND state <> 'destroyed';

-- However a request ends, the keys of what it has brought go in the same transaction: nobody needs them any more, and no step
-- that could be forgotten stands between. The bytes are deleted by the next sweep. Only requests that can come as forms are
-- looked at, so that a conversation pays nothing for this.
CREATE FUNCTION objects.end_inputs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE objects.objects SET state = 'destroyed', wrapped_key = NULL, details = NULL, epoch = NULL
    WHERE kind = 'input' AND request_id = NEW.id AND state <> 'destroyed';
  RETURN NULL;
END $$;
ALTER FUNCTION objects.end_inputs() SET plan_cache_mode = force_generic_plan;
CREATE TRIGGER end_inputs AFTER UPDATE ON requests.requests FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.kind IN ('transcription', 'image', 'video'))
  EXECUTE FUNCTION objects.end_inputs();
