import type { Caller, KeyCheck } from '../../workflows/contracts/ports.js';
import type { Queryable } from '../storage/database.js';

/** What is known of a key at one moment; `check` decides by the clock whether it has expired. */
export interface KnownKey {
  readonly caller: Caller;
  readonly revoked: boolean;
  readonly expiresAtMs?: number;
}

interface KeyRow {
  readonly id: string;
  readonly kind: Caller['kind'];
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly answer_hold_ms: bigint;
  readonly revoked: boolean;
  readonly expires_at: Date | null;
}

export async function findKey(database: Queryable, hash: Buffer): Promise<KnownKey | undefined> {
  const [row] = await database.query<KeyRow>({
    name: 'key-find',
    text: `SELECT k.id, k.kind, k.organization_id, k.project_id, coalesce(p.answer_hold_ms, 0) AS answer_hold_ms,
                  k.revoked_at IS NOT NULL OR p.archived_at IS NOT NULL AS revoked, k.expires_at
           FROM tenancy.api_keys k LEFT JOIN tenancy.projects p ON p.id = k.project_id WHERE k.hash = $1`,
    values: [hash],
  });
  if (!row) return undefined;
  return {
    caller: {
      keyId: row.id,
      kind: row.kind,
      organizationId: row.organization_id,
      ...(row.project_id !== null && { projectId: row.project_id }),
      answerHoldMs: Number(row.answer_hold_ms),
    },
    revoked: row.revoked,
    ...(row.expires_at && { expiresAtMs: row.expires_at.getTime() }),
  };
}

export function toKeyCheck(known: KnownKey | undefined, nowMs: number): KeyCheck {
  if (!known) return { status: 'unknown' };
  if (known.revoked) return { status: 'revoked' };
  if (known.expiresAtMs !== undefined && known.expiresAtMs <= nowMs) return { status: 'expired' };
  return { status: 'valid', caller: known.caller };
}
