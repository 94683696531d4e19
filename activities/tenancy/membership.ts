import type { ActingRequest, Actor, Role } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { exceeds, rankOf } from '../../workflows/domain/role-rank.js';
import type { Database, Queryable } from '../storage/database.js';

// What all changes of who may do what have in common.

export interface MembershipDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** What keys and tokens are hashed under. */
  readonly pepper: Buffer;
}

/**
 * Changes of an organisation's people, roles and admin keys wait for each other: two that are harmless alone could leave it
 * without an owner together. The organisation's row is locked before any other, so that none waits for one that waits for it.
 */
export function changeMembership<T>(
  { database }: Pick<MembershipDependencies, 'database'>,
  organizationId: string,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  return database.transaction(async (transaction) => {
    await transaction.query({
      text: 'SELECT 1 FROM tenancy.organizations WHERE id = $1 FOR NO KEY UPDATE',
      values: [organizationId],
    });
    return work(transaction);
  });
}

/** @throws RefusalError `permission_denied` where the role is more than the actor's own, there or in the whole organisation. */
export function requireRank(
  by: Actor,
  role: Role,
  place: { readonly projectId?: string; readonly param?: string } = {},
) {
  if (!exceeds(role, by, place.projectId)) return;
  const rank = rankOf(by, place.projectId);
  const message = `The role '${role}' may do more than that of this key, which is '${rank}'. Ask an owner.`;
  throw refuse('permission_denied', message, place.param === undefined ? {} : { param: place.param });
}

/** Whoever acts by a person's key is that person, who may have been removed a moment ago. */
export async function requirePresent(transaction: Queryable, by: ActingRequest): Promise<void> {
  if (by.userId === undefined) return;
  const found = await transaction.query({
    text: 'SELECT 1 FROM tenancy.users WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL',
    values: [by.organizationId, by.userId],
  });
  if (found.length === 0) throw refuse('revoked_api_key');
}
