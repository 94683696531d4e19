import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { NewKey, ProjectKey, ProjectKeys } from '../../workflows/contracts/tenancy.js';
import { isPermitted } from '../../workflows/domain/permissions.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { changeRestrictions } from '../../workflows/domain/restrictions.js';
import type { Database, Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { hashKey, hintOf, mintKey } from './api-keys.js';
import {
  describeProjectKey,
  insertProjectKey,
  keyCreated,
  projectKeys,
  readProjectKey,
  toProjectKey,
} from './project-key-rows.js';
import { findProjectRow, requireOpenProject } from './project-rows.js';
import { restrictionColumns, restrictionValues } from './restriction-columns.js';

export interface ProjectKeyDependencies {
  readonly database: Database;
  readonly pepper: Buffer;
  readonly audit: AuditTrail;
}

export function createProjectKeys(deps: ProjectKeyDependencies): ProjectKeys {
  const { database } = deps;
  return {
    list: async (organizationId, projectId, query) => {
      await findProjectRow(database, organizationId, projectId);
      const all = { text: projectKeys, values: [organizationId, projectId] };
      const { ownerHasAccess } = query;
      const rows =
        ownerHasAccess === undefined
          ? all
          : {
              text: `SELECT * FROM (${projectKeys}) AS of_project WHERE owner_has_access = $3`,
              values: [...all.values, ownerHasAccess],
            };
      return readPage(database, { rows, cursors: all, toItem: toProjectKey }, query);
    },
    create: (by, projectId, key) =>
      database.transaction((transaction) => createKey(deps, transaction, by, projectId, key)),
    get: async (organizationId, projectId, keyId) => {
      await findProjectRow(database, organizationId, projectId);
      return readProjectKey(database, organizationId, projectId, keyId);
    },
    modify: (by, projectId, keyId, change) =>
      changeKey(deps, by, projectId, keyId, 'api_key.updated', async (transaction, before) => {
        refuseRevoked(before);
        const values = restrictionValues(changeRestrictions(before.restrictions, change.restrictions));
        const { keepAliveSeconds = before.keepAliveSeconds } = change;
        await transaction.query({
          text: `UPDATE tenancy.api_keys SET name = $2, (${restrictionColumns}) = ($3, $4, $5), keep_alive_seconds = $6
                 WHERE id = $1`,
          values: [keyId, change.name ?? before.name, ...values, keepAliveSeconds ?? null],
        });
        return 'changed';
      }),
    rotate: (by, projectId, keyId, overlapSeconds) => rotateKey(deps, by, projectId, keyId, overlapSeconds),
    remove: async (by, projectId, keyId) => {
      await changeKey(deps, by, projectId, keyId, 'api_key.deleted', async (transaction, before) => {
        if (before.revokedAt !== undefined) return 'unchanged';
        await transaction.query({
          text: 'UPDATE tenancy.api_keys SET revoked_at = now() WHERE id = $1',
          values: [keyId],
        });
        return 'changed';
      });
    },
  };
}

async function createKey(
  { pepper, audit }: ProjectKeyDependencies,
  transaction: Queryable,
  by: ActingRequest,
  projectId: string,
  { restrictions, userId = by.userId, ...key }: Parameters<ProjectKeys['create']>[2],
): Promise<NewKey> {
  const { organizationId } = by;
  await requireOpenProject(transaction, organizationId, projectId);
  if (userId !== undefined) {
    refuseForOthers(by, projectId, userId);
    await requireUser(transaction, organizationId, userId);
  }
  const created = await insertProjectKey(transaction, pepper, {
    ...{ ...key, organizationId, projectId, userId },
    restrictions: changeRestrictions({}, restrictions),
  });
  await transaction.query(audit.entry(by, keyCreated(created)));
  return created;
}

async function rotateKey(
  deps: ProjectKeyDependencies,
  by: ActingRequest,
  projectId: string,
  keyId: string,
  overlapSeconds: number,
): Promise<NewKey> {
  let secret = '';
  const key = await changeKey(deps, by, projectId, keyId, 'api_key.rotated', async (transaction, before) => {
    refuseRevoked(before);
    if (before.owner?.type === 'user') refuseForOthers(by, projectId, before.owner.id);
    secret = mintKey(before.mode);
    // The overlap of a key that expires ends with it at the latest: `least` passes over a null.
    await transaction.query({
      text: `UPDATE tenancy.api_keys
             SET hash = $2, hint = $3, previous_hash = hash,
                 previous_expires_at = least(now() + $4::double precision * interval '1 second', expires_at)
             WHERE id = $1`,
      values: [keyId, hashKey(deps.pepper, secret), hintOf(secret), overlapSeconds],
    });
    return 'changed';
  });
  return { ...key, secret };
}

/** Runs a change of one key, under its lock, and writes it down. */
function changeKey(
  { database, audit }: ProjectKeyDependencies,
  by: ActingRequest,
  projectId: string,
  keyId: string,
  type: 'api_key.updated' | 'api_key.rotated' | 'api_key.deleted',
  work: (transaction: Queryable, before: ProjectKey) => Promise<'changed' | 'unchanged'>,
): Promise<ProjectKey> {
  const { organizationId } = by;
  return database.transaction(async (transaction) => {
    await findProjectRow(transaction, organizationId, projectId);
    const before = await readProjectKey(transaction, organizationId, projectId, keyId, 'FOR NO KEY UPDATE OF k');
    if ((await work(transaction, before)) === 'unchanged') return before;
    const after = await readProjectKey(transaction, organizationId, projectId, keyId);
    const change = { before: describeProjectKey(before), after: describeProjectKey(after) };
    await transaction.query(audit.entry(by, { type, objectId: keyId, projectId, ...change }));
    return after;
  });
}

function refuseRevoked({ revokedAt, expiresAt }: ProjectKey): void {
  if (revokedAt !== undefined || (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now())) {
    throw refuse('key_revoked');
  }
}

/** A secret that spends under a person's name is for that person, or for whoever manages the project. */
function refuseForOthers(by: ActingRequest, projectId: string, userId: string): void {
  if (userId === by.userId || isPermitted(by, 'projects.write', projectId)) return;
  throw refuse('permission_denied', 'Only owners and admins of the project make or rotate keys of other people.');
}

async function requireUser(transaction: Queryable, organizationId: string, userId: string): Promise<void> {
  const [found] = await transaction.query({
    text: 'SELECT 1 FROM tenancy.users WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL',
    values: [organizationId, userId],
  });
  if (found) return;
  const message = "'user_id' is no member of your organisation. Send the id of a user of GET /v1/organization/users.";
  throw refuse('invalid_request', message, { param: 'user_id' });
}
