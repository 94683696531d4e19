import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { Budgets, NewBudget } from '../../workflows/contracts/budgets.js';
import type { Credits } from '../../workflows/contracts/credits.js';
import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import { createBudgets } from '../../activities/ledger/budgets.js';
import { createCredits, manualPayments } from '../../activities/ledger/credits.js';
import type { Database } from '../../activities/storage/database.js';
import { createLedgerWorld, type LedgerWorld } from './ledger-world.js';

export interface MoneyWorld extends LedgerWorld {
  readonly budgets: Budgets;
  readonly credits: Credits;
  /** An owner of the organisation. */
  by(organizationId: string): ActingRequest;
  /** Sets the ledger's clock for this database, or lets it run again. */
  setClock(at?: string): Promise<void>;
  /** Events of the outbox, oldest first. */
  events(
    organizationId: string,
  ): Promise<readonly { readonly type: string; readonly payload: Record<string, unknown> }[]>;
}

export async function createMoneyWorld(): Promise<MoneyWorld> {
  const world = await createLedgerWorld();
  const { database } = world;
  const audit = createAuditTrail({ database });
  return {
    ...world,
    budgets: createBudgets({ database, audit }),
    credits: createCredits({ database, audit, payments: manualPayments }),
    by: (organizationId) => ({
      ...{ organizationId, keyId: 'key_admin', role: 'owner', projectRoles: {}, requestId: 'req_test' },
    }),
    setClock: (at) => setClock(database, at),
    events: (organizationId) =>
      database.query({
        text: 'SELECT type, payload FROM requests.outbox WHERE organization_id = $1 ORDER BY id',
        values: [organizationId],
      }),
  };
}

async function setClock(database: Database, at: string | undefined): Promise<void> {
  const body = at === undefined ? 'SELECT now()' : `SELECT timestamptz ''${new Date(at).toISOString()}''`;
  await database.query({
    text: `CREATE OR REPLACE FUNCTION ledger.clock() RETURNS timestamptz LANGUAGE sql STABLE AS '${body}'`,
  });
}

export const budget = (changes: Partial<NewBudget> = {}): NewBudget => ({
  name: 'Test',
  scope: { type: 'organization' },
  amountNanoUsd: '5000000',
  window: { kind: 'total' },
  enforcement: 'hard',
  thresholds: [],
  ...changes,
});
