import { createHash } from 'node:crypto';
import type { ChainedAuditEntry } from '../../workflows/contracts/audit.js';
import { hashedFields } from '../../workflows/domain/audit-chain.js';
import { canonicalJson } from './canonical-json.js';

/** SHA-256 in hex over the object in the form of RFC 8785: what the entry's `hash` must be. */
export function entryHash(entry: ChainedAuditEntry): string {
  return createHash('sha256')
    .update(canonicalJson(hashedFields(entry)), 'utf8')
    .digest('hex');
}
