import type { Database } from '../storage/database.js';
import { auditQueries, type Invariant } from './audit-queries.js';

/** One row that breaks an invariant of the books. */
export interface AuditFinding {
  readonly invariant: Invariant;
  /** The account, the request or the transfer. */
  readonly subject: string;
  /** What the figures are, in nano USD. */
  readonly detail: string;
}

/** Checks the books as they stand at one moment, also while requests run. An empty list means that they balance. */
export async function audit(database: Database): Promise<readonly AuditFinding[]> {
  return database.transaction(async (transaction) => {
    // All queries see the same snapshot; otherwise a request that ends between two of them would look like a fault.
    await transaction.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY' });
    const findings: AuditFinding[] = [];
    for (const [invariant, text] of Object.entries(auditQueries) as [Invariant, string][]) {
      const rows = await transaction.query<{ subject: string; detail: string }>({ text });
      findings.push(...rows.map(({ subject, detail }) => ({ invariant, subject, detail })));
    }
    return findings;
  });
}
