import type { KeyMode, Restrictions, Role } from '../../workflows/contracts/access.js';
import type { Caller, KeyCheck } from '../../workflows/contracts/ports.js';
import type { Queryable } from '../storage/database.js';

/** What is known of a secret at one moment; `check` decides by the clock whether it has expired. */
export interface KnownKey {
  readonly caller: Caller;
  readonly revoked: boolean;
  /** When the key expires or, of a secret of before a rotation, its overlap ends: whichever comes first. */
  readonly expiresAtMs?: number;
}

interface KeyRow {
  readonly id: string;
  readonly kind: Caller['kind'];
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly answer_hold_ms: bigint;
  readonly stored_answer_retention_ms: bigint | null;
  readonly keep_alive_seconds: number | null;
  readonly mode: KeyMode;
  readonly team_ids: readonly string[];
  readonly user_id: string | null;
  readonly role: Role | null;
  readonly is_operator: boolean;
  readonly project_roles: { readonly [projectId: string]: Role };
  readonly restrictions: readonly Restrictions[];
  readonly revoked: boolean;
  readonly expires_at: Date | null;
}

/**
 * A person's admin key acts in the person's roles, as they are now; another's role stands beside it, and keys of before
 * roles were the organisation's own. Each level that restricts anything has an entry, the organisation's first.
 */
const selectKey = (expiresAt: string, condition: string): string => `
  SELECT k.id, k.kind, k.organization_id, k.project_id, coalesce(p.answer_hold_ms, 0) AS answer_hold_ms,
         p.stored_answer_retention_ms, k.keep_alive_seconds, k.mode, chain.team_ids, k.user_id,
         CASE k.kind WHEN 'admin' THEN coalesce(u.role, k.role, 'owner') END AS role,
         k.kind = 'admin' AND o.is_operator AS is_operator,
         coalesce(roles.by_project, '{}') AS project_roles,
         coalesce(levels.restrictions, '[]') AS restrictions,
         k.revoked_at IS NOT NULL OR p.archived_at IS NOT NULL OR u.removed_at IS NOT NULL OR s.removed_at IS NOT NULL
           AS revoked,
         ${expiresAt} AS expires_at
  FROM tenancy.api_keys k
    JOIN tenancy.organizations o ON o.id = k.organization_id
    LEFT JOIN tenancy.projects p ON p.id = k.project_id
    LEFT JOIN tenancy.users u ON u.id = k.user_id
    LEFT JOIN tenancy.service_accounts s ON s.id = k.service_account_id
    CROSS JOIN LATERAL (
      SELECT CASE WHEN p.team_id IS NULL THEN '{}' ELSE tenancy.team_chain(p.team_id) END AS team_ids
    ) chain
    CROSS JOIN LATERAL (
      SELECT jsonb_object_agg(m.project_id, m.role) AS by_project
      FROM tenancy.project_users m WHERE k.kind = 'admin' AND m.user_id = k.user_id
    ) roles
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('allowedModels', l.allowed_models,
               'deniedModels', l.denied_models, 'allowedEndpoints', l.allowed_endpoints)) ORDER BY l.depth) AS restrictions
      FROM (
        SELECT 0 AS depth, o.allowed_models, o.denied_models, o.allowed_endpoints
        UNION ALL SELECT 100 - array_position(chain.team_ids, t.id), t.allowed_models, t.denied_models, t.allowed_endpoints
                  FROM tenancy.teams t WHERE t.id = ANY (chain.team_ids)
        UNION ALL SELECT 200, p.allowed_models, p.denied_models, p.allowed_endpoints
        UNION ALL SELECT 300, k.allowed_models, k.denied_models, k.allowed_endpoints
      ) l
      WHERE num_nonnulls(l.allowed_models, l.denied_models, l.allowed_endpoints) > 0
    ) levels
  WHERE ${condition}`;

const findByHash = selectKey(
  'least(k.expires_at, CASE WHEN k.hash <> $1 THEN k.previous_expires_at END)',
  'k.hash = $1 OR k.previous_hash = $1',
);
const findById = selectKey('k.expires_at', 'k.id = $1');

export async function findKey(database: Queryable, hash: Buffer): Promise<KnownKey | undefined> {
  const [row] = await database.query<KeyRow>({ name: 'key-find', text: findByHash, values: [hash] });
  return row && toKnownKey(row);
}

/** Of a key that was shown before: which of its secrets that was does not matter any more. */
export async function findKeyById(database: Queryable, keyId: string): Promise<KnownKey | undefined> {
  const [row] = await database.query<KeyRow>({ name: 'key-find-by-id', text: findById, values: [keyId] });
  return row && toKnownKey(row);
}

function toKnownKey(row: KeyRow): KnownKey {
  return {
    caller: toCaller(row),
    revoked: row.revoked,
    ...(row.expires_at && { expiresAtMs: row.expires_at.getTime() }),
  };
}

function toCaller(row: KeyRow): Caller {
  const { team_ids: teamIds, restrictions, stored_answer_retention_ms: storedMs } = row;
  return {
    keyId: row.id,
    kind: row.kind,
    organizationId: row.organization_id,
    ...(row.project_id !== null && { projectId: row.project_id }),
    answerHoldMs: Number(row.answer_hold_ms),
    ...(storedMs !== null && { storedAnswerRetentionMs: Number(storedMs) }),
    ...(row.keep_alive_seconds !== null && { keepAliveSeconds: row.keep_alive_seconds }),
    ...(row.kind === 'inference' && { mode: row.mode }),
    ...(teamIds.length > 0 && { teamIds }),
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.role !== null && { role: row.role, projectRoles: row.project_roles }),
    ...(row.is_operator && { isOperator: true }),
    ...(restrictions.length > 0 && { restrictions }),
  };
}

export function toKeyCheck(known: KnownKey | undefined, nowMs: number): KeyCheck {
  if (!known) return { status: 'unknown' };
  if (known.revoked) return { status: 'revoked' };
  if (known.expiresAtMs !== undefined && known.expiresAtMs <= nowMs) return { status: 'expired' };
  return { status: 'valid', caller: known.caller };
}
