import type { Management } from '../../workflows/contracts/ports.js';
import type { Queryable } from '../storage/database.js';
import { readBalances } from './balances.js';

/** What the accounts of an organisation allow. */
export function createManagement({ database }: { readonly database: Queryable }): Management {
  return {
    balances: async (organizationId) => readBalances(database, await scopesOf(database, organizationId)),
  };
}

/** Every scope of the organisation that can have an account. */
async function scopesOf(database: Queryable, organizationId: string): Promise<readonly string[]> {
  const rows = await database.query<{ readonly scope: string }>({
    text: `SELECT 'organization:' || $1::text AS scope
           UNION ALL SELECT 'project:' || id FROM tenancy.projects WHERE organization_id = $1
           UNION ALL SELECT DISTINCT scope FROM ledger.budgets
             WHERE organization_id = $1 AND closed_at IS NULL AND scope !~ '^(organization|project):'`,
    values: [organizationId],
  });
  return rows.map(({ scope }) => scope);
}
