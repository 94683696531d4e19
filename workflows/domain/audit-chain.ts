import type { ChainedAuditEntry } from '../contracts/audit.js';

/**
 * The object that an entry's hash is made of, by `audit.canonical` of the migrations, and that the export shows: in the
 * order of RFC 8785; a field that the entry lacks is null.
 */
export function hashedFields(entry: ChainedAuditEntry) {
  const { actor, before, after } = entry;
  return {
    actor: {
      ip_address: actor.ipAddress ?? null,
      key_id: actor.keyId,
      request_id: actor.requestId,
      role: actor.role,
      user_agent: actor.userAgent ?? null,
      user_id: actor.userId ?? null,
    },
    after: after ?? null,
    at: entry.at,
    before: before ?? null,
    id: entry.id,
    object_id: entry.objectId,
    organization_id: entry.organizationId,
    previous_hash: entry.previousHash,
    project_id: entry.projectId ?? null,
    sequence: entry.sequence,
    type: entry.type,
  };
}
