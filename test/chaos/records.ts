import type { AttemptFacts, RequestFacts } from './facts.js';
import type { World } from './world.js';

type Source = Pick<World, 'database' | 'roundStart'>;

const attemptColumns = `a.request_id AS "requestId", a.number, a.vendor, a.state, a.owner, a.calls, a.status,
  a.failure_class AS "failureClass", a.outcome->>'chargeNanoUsd' AS "chargeNanoUsd", a.checkpoint, a.outcome->'usage' AS usage`;

/** Every request of the round, with its money. */
export async function readRequests(world: Source): Promise<readonly RequestFacts[]> {
  const requests = await world.database.query<Omit<RequestFacts, 'attempts'>>(
    `SELECT r.id, r.holder, r.state, r.stream, r.keyed, r.models, r.ended_at IS NOT NULL AS ended, r.charged,
            r.failure_class AS "failureClass", r.attempt, h.amount AS hold, s.posted
     FROM requests.requests r
     LEFT JOIN ledger.holds h ON h.request_id = r.id LEFT JOIN ledger.resolutions s ON s.request_id = r.id
     WHERE r.created_at >= $1 ORDER BY r.id`,
    [world.roundStart()],
  );
  const attempts = await readAttempts(world);
  return requests.map((request) => ({
    ...request,
    attempts: attempts.filter(({ requestId }) => requestId === request.id),
  }));
}

export function readAttempts(world: Source): Promise<readonly AttemptFacts[]> {
  return world.database.query<AttemptFacts>(
    `SELECT ${attemptColumns} FROM requests.attempts a WHERE a.sent_at >= $1 ORDER BY a.request_id, a.number`,
    [world.roundStart()],
  );
}
