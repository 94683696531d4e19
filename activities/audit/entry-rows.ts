import type { Role } from '../../workflows/contracts/access.js';
import type { ChainedAuditEntry } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';

export interface EntryRow {
  readonly organization_id: string;
  readonly sequence: bigint;
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly object_id: string;
  readonly project_id: string | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  readonly key_id: string;
  readonly user_id: string | null;
  readonly role: Role;
  readonly request_id: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
  readonly previous_hash: string;
  readonly hash: string;
}

/** `at` as text, because a `Date` would lose the microseconds that the hash covers. */
export const entryColumns = `organization_id, sequence, id, type, object_id, project_id, before, after, key_id, user_id, role,
  request_id, ip_address, user_agent, previous_hash, hash, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`;

export function toEntry(row: EntryRow): ChainedAuditEntry {
  return {
    organizationId: row.organization_id,
    sequence: Number(row.sequence),
    id: row.id,
    at: row.at,
    type: row.type,
    objectId: row.object_id,
    ...(row.project_id !== null && { projectId: row.project_id }),
    ...(row.before !== null && { before: row.before }),
    ...(row.after !== null && { after: row.after }),
    actor: {
      ...{ keyId: row.key_id, role: row.role, requestId: row.request_id },
      ...(row.user_id !== null && { userId: row.user_id }),
      ...(row.ip_address !== null && { ipAddress: row.ip_address }),
      ...(row.user_agent !== null && { userAgent: row.user_agent }),
    },
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
