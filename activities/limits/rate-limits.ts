import type { CredentialDirectory } from '../../workflows/contracts/credentials.js';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import type {
  PreparedTake,
  RateLimitNeed,
  RateLimits,
  RateLimitStanding,
} from '../../workflows/contracts/rate-limits.js';
import { needsOf } from '../../workflows/domain/rate-limits.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { createLimitCache } from './limit-cache.js';

/** A row of `limits.take`. */
interface StandingRow {
  readonly rule_id: string;
  readonly amount: bigint;
  readonly needed: bigint;
  readonly remaining: bigint;
  readonly reset_ms: bigint;
  readonly fits: boolean;
  readonly wait_ms: bigint | null;
}

/** Limits as they are in Postgres, so that any number of gateway processes keep to them together. */
export function createRateLimits(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
  readonly catalogue: Catalogue;
  readonly credentials?: Pick<CredentialDirectory, 'vendorsFor'>;
}): RateLimits {
  const { database } = deps;
  const cache = createLimitCache(deps);
  return {
    prepare: async (input) => {
      const limits = await cache.of(input.organizationId);
      if (limits.length === 0) return undefined;
      const vendors = deps.credentials?.vendorsFor(input.organizationId, input.projectId);
      const needs = needsOf(limits, input, deps.catalogue.offers, vendors);
      return needs.length === 0 ? undefined : prepareTake(input.requestId, needs);
    },
    take: async ({ statement, read }) => read(await database.query(statement)),
    giveBack: async (requestId) => {
      await database.query({
        name: 'limits-give-back',
        text: 'SELECT limits.correct($1, NULL, 0, 0)',
        values: [requestId],
      });
    },
  };
}

function prepareTake(requestId: string, needs: readonly RateLimitNeed[]): PreparedTake {
  return {
    statement: {
      name: 'limits-take',
      text: 'SELECT * FROM limits.take($1, $2, $3)',
      values: [requestId, needs.map(({ limit }) => limit.id), needs.map(({ needed }) => needed)],
    },
    read: (rows) => {
      const standings = (rows as readonly StandingRow[]).flatMap((row) => toStanding(row, needs) ?? []);
      return { status: standings.every(({ fits }) => fits) ? 'taken' : 'refused', standings };
    },
  };
}

/** With the amount as it is in the database, which may be newer than what is remembered here. */
function toStanding(row: StandingRow, needs: readonly RateLimitNeed[]): RateLimitStanding | undefined {
  const need = needs.find(({ limit }) => limit.id === row.rule_id);
  return (
    need && {
      limit: { ...need.limit, amount: Number(row.amount) },
      needed: Number(row.needed),
      remaining: Number(row.remaining),
      resetMs: Number(row.reset_ms),
      fits: row.fits,
      ...(row.wait_ms !== null && { waitMs: Number(row.wait_ms) }),
    }
  );
}
