import { randomUUID } from 'node:crypto';
import { createRateLimits } from '../../activities/limits/rate-limits.js';
import { limitChangeChannelName } from '../../activities/limits/limit-cache.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications, type Notifications } from '../../activities/storage/notifications.js';
import type { NewRateLimit, RateLimits, TakeResult } from '../../workflows/contracts/rate-limits.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { createLedgerWorld, freeOffer, offer, type LedgerWorld } from '../ledger/ledger-world.js';

/** The ledger's world with limits on top, as two gateway processes have them. */
export interface LimitsWorld {
  readonly world: LedgerWorld;
  readonly database: Database;
  readonly limits: RateLimits;
  /** Another process's, with a connection and a memory of its own. */
  readonly others: RateLimits;
  /** An organisation of the test's own, with credit. */
  organization(): Promise<string>;
  /** A limit of the whole organisation unless it says otherwise; gives its id. */
  limit(organizationId: string, limit: Omit<NewRateLimit, 'scope'> & Partial<NewRateLimit>): Promise<string>;
  /** Takes for a request; undefined where no limit applies. */
  take(input: RequestInput, limits?: RateLimits): Promise<TakeResult | undefined>;
  /** Whole units that are used of a limit now. */
  used(limitId: string): Promise<number>;
  leases(limitId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function createLimitsWorld(): Promise<LimitsWorld> {
  const world = await createLedgerWorld();
  const { database } = world;
  const catalogue = { offers: [offer, freeOffer] };
  const processes = [open(world.url), open(world.url)] as const;
  const limitsOf = (process: Process): RateLimits => createRateLimits({ ...process, catalogue });
  const [limits, others] = [limitsOf(processes[0]), limitsOf(processes[1])];
  await Promise.all(processes.map(({ listening }) => listening));
  return {
    world,
    database,
    limits,
    others,
    organization: async () => {
      const id = await world.organization(1_000_000_000n);
      return id;
    },
    limit: async (organizationId, { scope, model, unit, period, amount }) => {
      const id = `limit_${randomUUID()}`;
      const { type, id: scopeId } = scope ?? { type: 'organization', id: organizationId };
      await database.query({
        text: `INSERT INTO limits.rules (id, organization_id, scope_type, scope_id, model, unit, period, amount)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [id, organizationId, type, scopeId, model ?? null, unit, period ?? null, amount],
      });
      return id;
    },
    take: async (input, process = limits) => {
      const prepared = await process.prepare(input);
      return prepared && process.take(prepared);
    },
    used: async (limitId) => {
      const [row] = await database.query<{ used: string }>({
        text: `SELECT (limits.used_now(b.used, b.at, r.amount, r.period, clock_timestamp()) / 1e6)::text AS used
               FROM limits.buckets b JOIN limits.rules r ON r.id = b.rule_id WHERE r.id = $1`,
        values: [limitId],
      });
      return Number(row?.used ?? 0);
    },
    leases: async (limitId) => {
      const rows = await database.query<{ request_id: string }>({
        text: 'SELECT request_id FROM limits.leases WHERE rule_id = $1 ORDER BY 1',
        values: [limitId],
      });
      return rows.map(({ request_id: id }) => id);
    },
    close: async () => {
      await Promise.all(processes.map((process) => process.close()));
      await world.close();
    },
  };
}

interface Process {
  readonly database: Database;
  readonly notifications: Notifications;
  readonly listening: Promise<void>;
  close(): Promise<void>;
}

function open(url: string): Process {
  const database = createDatabase({ url, connections: 2, onError: () => {} });
  const notifications = createNotifications({ url, channels: [limitChangeChannelName], onError: () => {} });
  const listening = new Promise<void>((resolve) => {
    notifications.on(limitChangeChannelName, (payload) => payload === undefined && resolve());
  });
  const close = async (): Promise<void> => {
    await notifications.close();
    await database.close();
  };
  return { database, notifications, listening, close };
}
