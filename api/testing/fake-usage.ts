import type { UsageReports } from '../../workflows/contracts/usage-reports.js';

/** An organisation that has used nothing. */
export function createFakeUsage(): UsageReports {
  return {
    usage: () => Promise.resolve([]),
    costs: () => Promise.resolve([]),
    records: () => Promise.resolve({ data: [], hasMore: false }),
    checkProject: () => Promise.resolve(),
  };
}
