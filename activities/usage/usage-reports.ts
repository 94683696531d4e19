import type { UsageReports } from '../../workflows/contracts/usage-reports.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { listRecords } from './list-records.js';
import { sumCosts, sumUsage } from './sum-usage.js';

/** Reads what `usage.record` has written; nothing here changes anything. */
export function createUsageReports({ database }: { readonly database: Queryable }): UsageReports {
  return {
    usage: (organizationId, report, query) => sumUsage(database, organizationId, report, query),
    costs: (organizationId, query) => sumCosts(database, organizationId, query),
    records: (organizationId, query) => listRecords(database, organizationId, query),
    checkProject: async (organizationId, projectId) => {
      // An archived project's usage stays to be read.
      const rows = await database.query({
        text: 'SELECT 1 FROM tenancy.projects WHERE organization_id = $1 AND id = $2',
        values: [organizationId, projectId],
      });
      if (rows.length === 0) throw refuse('project_not_found');
    },
  };
}
