import type { AuditLog, AuditTrail } from '../../workflows/contracts/audit.js';
import type { Database } from '../storage/database.js';
import { auditEntry } from './audit-entry.js';
import { listEntries } from './list-entries.js';
import { readChain, readHead } from './read-chain.js';

/** The audit log of every organisation: what services write their changes with, and what the API shows of them. */
export function createAuditTrail({ database }: { readonly database: Database }): AuditTrail & AuditLog {
  return {
    entry: auditEntry,
    list: (organizationId, query) => listEntries(database, organizationId, query),
    head: (organizationId) => readHead(database, organizationId),
    chain: (organizationId, upTo) => readChain(database, organizationId, upTo),
  };
}
