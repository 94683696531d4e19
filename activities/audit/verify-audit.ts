import type { AuditHead } from '../../workflows/contracts/audit.js';
import type { Database, Queryable } from '../storage/database.js';
import { entryHash } from './entry-hash.js';
import { noHash, readChain, readHead } from './read-chain.js';

/** The first place at which a chain does not hold. What comes behind it may have been changed as well. */
export interface BrokenLink {
  /** In words, for example `entry 7 (audit_…) was edited`. */
  readonly problem: string;
  /** Of the entry at fault, or of the first that is missing. */
  readonly sequence: number;
}

export interface VerifiedChain {
  readonly head: AuditHead;
  /** Absent where the chain holds. */
  readonly broken?: BrokenLink;
}

/**
 * Checks every organisation's chain as it stands at one moment, also while entries are appended. The hashes are computed
 * here and not by the database's own function, which whoever could edit entries could edit too. `known` are heads that were
 * kept elsewhere: the chain must still have an entry of that sequence and hash.
 */
export async function verifyAudit(
  database: Database,
  known: readonly AuditHead[] = [],
): Promise<readonly VerifiedChain[]> {
  return database.transaction(async (transaction) => {
    await transaction.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY' });
    const rows = await transaction.query<{ organization_id: string }>({
      text: 'SELECT organization_id FROM audit.heads UNION SELECT organization_id FROM audit.entries ORDER BY 1',
    });
    // A chain of which nothing is left is known by its kept head alone.
    const organizations = new Set([
      ...rows.map((row) => row.organization_id),
      ...known.map(({ organizationId }) => organizationId),
    ]);
    const chains: VerifiedChain[] = [];
    for (const organizationId of organizations) {
      const kept = known.filter((head) => head.organizationId === organizationId);
      chains.push(await verifyChain(transaction, organizationId, kept));
    }
    return chains;
  });
}

async function verifyChain(
  database: Queryable,
  organizationId: string,
  kept: readonly AuditHead[],
): Promise<VerifiedChain> {
  const head = await readHead(database, organizationId);
  let last: AuditHead = { organizationId, sequence: 0, hash: noHash };
  for await (const batch of readChain(database, organizationId)) {
    for (const entry of batch) {
      const problem = problemOf(entry, last) ?? contradiction(entry, kept);
      if (problem) return { head, broken: problem };
      last = entry;
    }
  }
  const broken = problemOfEnd(last, [head, ...kept]);
  return { head, ...(broken && { broken }) };
}

type Entry = Parameters<typeof entryHash>[0];

function problemOf(entry: Entry, last: AuditHead): BrokenLink | undefined {
  const { sequence, id } = entry;
  const expected = last.sequence + 1;
  if (sequence !== expected) return { problem: `entry ${expected} is missing`, sequence: expected };
  if (entryHash(entry) !== entry.hash) return { problem: `entry ${sequence} (${id}) was edited`, sequence };
  if (entry.previousHash === last.hash) return undefined;
  return { problem: `entry ${sequence} (${id}) does not follow from the one before it`, sequence };
}

function contradiction({ sequence, hash, id }: Entry, kept: readonly AuditHead[]): BrokenLink | undefined {
  if (kept.every((head) => head.sequence !== sequence || head.hash === hash)) return undefined;
  return { problem: `entry ${sequence} (${id}) is not the one whose hash was kept: it was rewritten`, sequence };
}

function problemOfEnd(last: AuditHead, heads: readonly AuditHead[]): BrokenLink | undefined {
  const [head] = heads;
  const cut = heads.find(({ sequence }) => sequence > last.sequence);
  if (cut) {
    const sequence = last.sequence + 1;
    return { problem: `the end is cut off: entries ${sequence} to ${cut.sequence} are missing`, sequence };
  }
  if (head?.sequence === last.sequence && head.hash === last.hash) return undefined;
  return { problem: 'the head is not that of the last entry', sequence: last.sequence };
}
