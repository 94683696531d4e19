import type { RateLimit } from '../../workflows/contracts/rate-limits.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { limitColumns, type LimitRow, toRateLimit } from './limit-rows.js';

export const limitChangeChannelName = 'sluice_limits_changed';

/** Changes are announced; looking again after a while covers an announcement that got lost. */
const trustMs = 60_000;
const maxRemembered = 10_000;

export interface LimitCache {
  /** The limits of an organisation. Throws where they are not known and the database is away: no limit is passed over. */
  of(organizationId: string): Promise<readonly RateLimit[]>;
}

/** An organisation's limits are few and change seldom: a request whose organisation has none costs no question. */
export function createLimitCache(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
}): LimitCache {
  const memory = new Map<string, { readonly limits: readonly RateLimit[]; readonly atMs: number }>();
  const asking = new Map<string, Promise<readonly RateLimit[]>>();
  let changes = 0;

  deps.notifications.on(limitChangeChannelName, (organizationId) => {
    changes += 1;
    // What is being read at this moment may be from before the change: nobody else may join it.
    asking.clear();
    if (organizationId) memory.delete(organizationId);
    else memory.clear();
  });

  const ask = (organizationId: string): Promise<readonly RateLimit[]> => {
    const joined = asking.get(organizationId);
    if (joined) return joined;
    const changesBefore = changes;
    const answer = readLimits(deps.database, organizationId)
      .then((limits) => {
        const [oldest] = memory.keys();
        if (memory.size >= maxRemembered && oldest !== undefined) memory.delete(oldest);
        if (changes === changesBefore) memory.set(organizationId, { limits, atMs: performance.now() });
        return limits;
      })
      .finally(() => {
        if (asking.get(organizationId) === answer) asking.delete(organizationId);
      });
    asking.set(organizationId, answer);
    return answer;
  };

  return {
    of: async (organizationId) => {
      const known = memory.get(organizationId);
      return known && performance.now() - known.atMs < trustMs ? known.limits : ask(organizationId);
    },
  };
}

async function readLimits(database: Queryable, organizationId: string): Promise<readonly RateLimit[]> {
  const rows = await database.query<LimitRow & Record<string, unknown>>({
    name: 'limits-of-organization',
    text: `SELECT ${limitColumns} FROM limits.rules WHERE organization_id = $1 AND removed_at IS NULL ORDER BY id`,
    values: [organizationId],
  });
  return rows.map(toRateLimit);
}
