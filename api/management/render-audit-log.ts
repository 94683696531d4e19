import type { z } from 'zod';
import type { AuditEntry, AuditHead, ChainedAuditEntry } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { hashedFields } from '../../workflows/domain/audit-chain.js';
import type { auditChainEntrySchema, auditChainHeadSchema, auditLogSchema } from './audit-log-schemas.js';
import { toSeconds } from '../seconds.js';

export function renderAuditLog(entry: AuditEntry): z.input<typeof auditLogSchema> {
  const { actor, projectId, projectName, before, after } = entry;
  return {
    id: entry.id,
    object: 'organization.audit_log',
    type: entry.type,
    effective_at: toSeconds(entry.at),
    actor: {
      type: 'api_key',
      api_key: renderKey(entry),
      role: actor.role,
      ip_address: actor.ipAddress ?? null,
      user_agent: actor.userAgent ?? null,
    },
    ...(projectId !== undefined && {
      project: { id: projectId, ...(projectName !== undefined && { name: projectName }) },
    }),
    resource_id: entry.objectId,
    before: before ?? null,
    after: after ?? null,
    request_id: actor.requestId,
    sequence: entry.sequence,
    hash: entry.hash,
    [entry.type]: renderDetails(entry),
  };
}

function renderKey({ actor, userEmail, serviceAccountId }: AuditEntry) {
  const { keyId: id, userId } = actor;
  if (serviceAccountId !== undefined) {
    return { id, type: 'service_account' as const, service_account: { id: serviceAccountId } };
  }
  if (userId === undefined) return { id };
  return { id, type: 'user' as const, user: { id: userId, ...(userEmail !== undefined && { email: userEmail }) } };
}

/** As OpenAI tells it: what was created, or what was asked to change; of what is gone the id alone. */
function renderDetails({ objectId, before, after }: AuditEntry): JsonObject {
  if (!after) return { id: objectId };
  return before ? { id: objectId, changes_requested: changes(before, after) } : { id: objectId, data: after };
}

function changes(before: JsonObject, after: JsonObject): JsonObject {
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(changed);
}

/** The fields in the order of RFC 8785, but for `hash`, which stands behind what it covers. */
export function renderChainEntry(entry: ChainedAuditEntry): z.input<typeof auditChainEntrySchema> {
  return { ...hashedFields(entry), hash: entry.hash };
}

export function renderChainHead({ organizationId, sequence, hash }: AuditHead): z.input<typeof auditChainHeadSchema> {
  return { object: 'organization.audit_log.head', organization_id: organizationId, sequence, hash };
}
