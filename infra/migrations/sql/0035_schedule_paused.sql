-- A schedule that pauses itself is told of by a webhook: nobody looks at what has run well for months.
-- Up Migration

-- As in 0029, with the event in the transaction that made it true. A schedule that somebody has paused stays so, and one that is
-- paused already is not told of again for runs that were triggered since.
CREATE OR REPLACE FUNCTION jobs.refuse_run(p_run_id text, p_refusal jsonb, p_borne_with integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_schedule jobs.schedules;
BEGIN
  UPDATE jobs.schedule_runs r SET status = 'refused', refusal = p_refusal
    WHERE r.id = p_run_id AND r.status = 'pending' RETURNING r.schedule_id INTO v_schedule.id;
  UPDATE jobs.schedules s SET refusals_in_row = s.refusals_in_row + 1, updated_at = now()
    WHERE s.id = v_schedule.id RETURNING s.* INTO v_schedule;
  IF v_schedule.refusals_in_row < p_borne_with THEN RETURN; END IF;
  UPDATE jobs.schedules s SET paused_because = 'refused', version = s.version + 1
    WHERE s.id = v_schedule.id AND s.paused_because IS NULL RETURNING s.* INTO v_schedule;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO requests.outbox (type, organization_id, project_id, version, payload)
    VALUES ('schedule.paused', v_schedule.organization_id, v_schedule.project_id, v_schedule.version,
            jsonb_build_object('id', v_schedule.id, 'pausedBecause', 'refused', 'version', v_schedule.version));
END $$;
