import { createHash } from 'node:crypto';
import type { ChainedAuditEntry } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { canonicalJson } from './canonical-json.js';

/** The object that an entry's hash is made of, by `audit.canonical` of the migrations; a field that it lacks is null. */
export function hashedFields(entry: ChainedAuditEntry): JsonObject {
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

/** SHA-256 in hex over the object in the form of RFC 8785: what the entry's `hash` must be. */
export function entryHash(entry: ChainedAuditEntry): string {
  return createHash('sha256')
    .update(canonicalJson(hashedFields(entry)), 'utf8')
    .digest('hex');
}
