import type { ActingRequest, Role } from '../../workflows/contracts/access.js';
import type { AccountKeySettings, NewKey, ServiceAccount, ServiceAccounts } from '../../workflows/contracts/tenancy.js';
import { isPermitted } from '../../workflows/domain/permissions.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { changeRestrictions } from '../../workflows/domain/restrictions.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { insertProjectKey, keyCreated } from './project-key-rows.js';
import type { ProjectKeyDependencies } from './project-keys.js';
import { findProjectRow, requireOpenProject } from './project-rows.js';

interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at: Date;
}

const columns = 'id, name, role, created_at';

export function createServiceAccounts(deps: ProjectKeyDependencies): ServiceAccounts {
  const { database, audit } = deps;
  return {
    list: async (organizationId, projectId, query) => {
      await findProjectRow(database, organizationId, projectId);
      const cursors = {
        text: `SELECT ${columns} FROM tenancy.service_accounts WHERE organization_id = $1 AND project_id = $2`,
        values: [organizationId, projectId],
      };
      const rows = { ...cursors, text: `${cursors.text} AND removed_at IS NULL` };
      return readPage(database, { rows, cursors, toItem: toAccount }, query);
    },
    create: (by, projectId, asked) =>
      database.transaction((transaction) => createAccount(deps, transaction, by, projectId, asked)),
    get: (organizationId, projectId, accountId) => readAccount(database, organizationId, projectId, accountId),
    modify: (by, projectId, accountId, change) =>
      database.transaction(async (transaction) => {
        const before = await readAccount(transaction, by.organizationId, projectId, accountId, 'FOR NO KEY UPDATE');
        const after = { ...before, name: change.name ?? before.name, role: change.role ?? before.role };
        if (after.role !== before.role) refuseRole(by, projectId, after.role);
        await transaction.query({
          text: 'UPDATE tenancy.service_accounts SET name = $2, role = $3 WHERE id = $1',
          values: [accountId, after.name, after.role],
        });
        const written = { before: describe(before), after: describe(after) };
        await transaction.query(
          audit.entry(by, { type: 'service_account.updated', objectId: accountId, projectId, ...written }),
        );
        return after;
      }),
    remove: (by, projectId, accountId) =>
      database.transaction((transaction) => removeAccount(deps, transaction, by, projectId, accountId)),
    createKey: (by, projectId, accountId, name, settings) =>
      database.transaction(async (transaction) => {
        await requireOpenProject(transaction, by.organizationId, projectId);
        // Locked against its removal, which would not see a key that is made at the same time.
        await readAccount(transaction, by.organizationId, projectId, accountId, 'FOR NO KEY UPDATE');
        const key = await insertAccountKey(deps, transaction, by, projectId, accountId, name, settings);
        await transaction.query(audit.entry(by, keyCreated(key)));
        return key;
      }),
  };
}

async function createAccount(
  deps: ProjectKeyDependencies,
  transaction: Queryable,
  by: ActingRequest,
  projectId: string,
  { name, withoutKey, key: settings }: Parameters<ServiceAccounts['create']>[2],
): Promise<{ readonly account: ServiceAccount; readonly key?: NewKey }> {
  const { organizationId } = by;
  await requireOpenProject(transaction, organizationId, projectId);
  const [row] = await transaction.query<AccountRow>({
    text: `INSERT INTO tenancy.service_accounts (id, organization_id, project_id, name)
           VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
    values: [newId('svc_acct'), organizationId, projectId, name],
  });
  const account = toAccount(row as AccountRow);
  const key = withoutKey
    ? undefined
    : await insertAccountKey(deps, transaction, by, projectId, account.id, 'Secret Key', settings);
  const created = { type: 'service_account.created', objectId: account.id, projectId, after: describe(account) };
  await transaction.query(deps.audit.entry(by, created));
  if (!key) return { account };
  await transaction.query(deps.audit.entry(by, keyCreated(key)));
  return { account, key };
}

function insertAccountKey(
  { pepper }: ProjectKeyDependencies,
  transaction: Queryable,
  { organizationId }: ActingRequest,
  projectId: string,
  serviceAccountId: string,
  name: string,
  { mode = 'live', restrictions }: AccountKeySettings = {},
): Promise<NewKey> {
  const ofAccount = { organizationId, projectId, serviceAccountId };
  const allowed = changeRestrictions({}, restrictions);
  return insertProjectKey(transaction, pepper, { ...ofAccount, name, mode, restrictions: allowed });
}

async function removeAccount(
  { audit }: ProjectKeyDependencies,
  transaction: Queryable,
  by: ActingRequest,
  projectId: string,
  accountId: string,
): Promise<void> {
  const before = await readAccount(transaction, by.organizationId, projectId, accountId, 'FOR NO KEY UPDATE');
  await transaction.query({
    text: 'UPDATE tenancy.service_accounts SET removed_at = now() WHERE id = $1',
    values: [accountId],
  });
  const revoked = await transaction.query<{ readonly id: string }>({
    text: `UPDATE tenancy.api_keys SET revoked_at = now() WHERE service_account_id = $1 AND revoked_at IS NULL
           RETURNING id`,
    values: [accountId],
  });
  const keys = { revoked_api_keys: revoked.map(({ id }) => id).sort() };
  await transaction.query(
    audit.entry(by, {
      type: 'service_account.deleted',
      objectId: accountId,
      projectId,
      before: describe(before),
      after: keys,
    }),
  );
}

/** @throws RefusalError `project_not_found`, `service_account_not_found`. */
async function readAccount(
  database: Queryable,
  organizationId: string,
  projectId: string,
  accountId: string,
  lock: '' | 'FOR NO KEY UPDATE' = '',
): Promise<ServiceAccount> {
  await findProjectRow(database, organizationId, projectId);
  const [row] = await database.query<AccountRow>({
    text: `SELECT ${columns} FROM tenancy.service_accounts
           WHERE organization_id = $1 AND project_id = $2 AND id = $3 AND removed_at IS NULL ${lock}`,
    values: [organizationId, projectId, accountId],
  });
  if (!row) throw refuse('service_account_not_found');
  return toAccount(row);
}

/** Nobody gives a role above their own, and those who only build with a project give none. */
function refuseRole(by: ActingRequest, projectId: string, role: Role): void {
  const isOwner = by.role === 'owner' || by.projectRoles[projectId] === 'owner';
  if (role === 'owner' ? isOwner : isPermitted(by, 'projects.write', projectId)) return;
  throw refuse('permission_denied', `Your role does not permit to make a service account '${role}'.`, {
    param: 'role',
  });
}

function toAccount(row: AccountRow): ServiceAccount {
  return { id: row.id, name: row.name, role: row.role, createdAt: row.created_at.toISOString() };
}

function describe({ name, role }: ServiceAccount) {
  return { name, role };
}
