import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditedChange } from '../../workflows/contracts/audit.js';
import type { Statement } from '../../workflows/contracts/ports.js';
import { newId } from '../storage/new-id.js';
import { storableText } from '../storage/storable-json.js';
import { canonicalJson } from './canonical-json.js';

/** Appends an entry to the chain of the actor's organisation. It takes the last lock of its transaction (`audit.append`). */
export function auditEntry(by: ActingRequest, change: AuditedChange): Statement {
  const { type, objectId, projectId, before, after } = change;
  return {
    name: 'audit-append',
    text: 'SELECT audit.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    values: [
      ...[by.organizationId, newId('audit'), type, objectId, projectId ?? null],
      ...[before && canonicalJson(before), after && canonicalJson(after)].map((text) => text ?? null),
      ...[by.keyId, by.userId ?? null, by.role, by.requestId, by.ipAddress ?? null],
      by.userAgent === undefined ? null : storableText(by.userAgent),
    ],
  };
}
