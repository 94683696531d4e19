import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type {
  Credential,
  CredentialChange,
  CredentialList,
  Credentials,
  CredentialVerifier,
  NewCredential,
  VendorAccount,
  Verification,
} from '../../workflows/contracts/credentials.js';
import {
  checkSecret,
  checkSettings,
  type CredentialVendor,
  hintOf,
  requireKind,
} from '../../workflows/domain/credential-kinds.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { requireProject } from '../storage/require-project.js';
import {
  credentialColumns,
  type CredentialRow,
  describeCredential,
  envelopeOf,
  ownerOf,
  toCredential,
} from './credential-rows.js';
import { type MasterKey, openSecret, sealSecret } from './envelope.js';

export interface CredentialDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly vendors: readonly CredentialVendor[];
  /** The current one first; those of before open what is not sealed anew yet. */
  readonly masterKeys: readonly [MasterKey, ...(readonly MasterKey[])];
  readonly verifier: CredentialVerifier;
}

/** The credentials that people keep here. A secret comes in, and never goes out again but to its vendor. */
export function createCredentials(deps: CredentialDependencies): Credentials {
  const { database } = deps;
  return {
    list: (by, list, { projectId, vendor, ...query }) => {
      const owner = ownerIn(list, by);
      const all = {
        text: `SELECT ${credentialColumns} FROM credentials.credentials
               WHERE organization_id IS NOT DISTINCT FROM $1 AND ($2::text IS NULL OR project_id = $2)
                 AND ($3::text IS NULL OR vendor = $3)`,
        values: [owner, projectId ?? null, vendor ?? null],
      };
      const rows = { ...all, text: `${all.text} AND deleted_at IS NULL` };
      return readPage<CredentialRow & Record<string, unknown>, Credential>(
        database,
        { rows, cursors: all, toItem: toCredential },
        query,
      );
    },
    get: async (by, list, id) => toCredential(await findRow(database, ownerIn(list, by), id)),
    create: (by, list, credential) =>
      database.transaction((transaction) => create(deps, transaction, by, ownerIn(list, by), credential)),
    modify: (by, list, id, change) =>
      database.transaction((transaction) => modify(deps, transaction, by, { owner: ownerIn(list, by), id }, change)),
    remove: (by, list, id) =>
      database.transaction((transaction) => remove(deps, transaction, by, ownerIn(list, by), id)),
    verify: (by, list, id) => verify(deps, by, ownerIn(list, by), id),
  };
}

/** The organisation whose credentials a list has; null for the operator's. */
function ownerIn(list: CredentialList, by: ActingRequest): string | null {
  return list === 'operator' ? null : by.organizationId;
}

/** @throws RefusalError `credential_not_found` for those of others too. */
async function findRow(
  database: Queryable,
  owner: string | null,
  id: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<CredentialRow> {
  const [row] = await database.query<CredentialRow & Record<string, unknown>>({
    text: `SELECT ${credentialColumns} FROM credentials.credentials
           WHERE id = $1 AND organization_id IS NOT DISTINCT FROM $2 AND deleted_at IS NULL ${lock}`,
    values: [id, owner],
  });
  if (!row) throw refuse('credential_not_found');
  return row;
}

async function create(
  { audit, vendors, masterKeys: [master] }: CredentialDependencies,
  transaction: Queryable,
  by: ActingRequest,
  owner: string | null,
  given: NewCredential,
): Promise<Credential> {
  const { vendor, projectId, secret } = given;
  const kind = requireKind(vendors, vendor, given.kind);
  checkSettings({ vendor: vendorOf(vendors, vendor), kind, isOwn: owner !== null }, given.settings);
  checkSecret({ vendor, kind }, secret);
  if (projectId !== undefined) await requireProject(transaction, by.organizationId, projectId, 'project_id');
  const id = newId('cred');
  const context = {
    ...{ id, vendor },
    ...(owner !== null && { organizationId: owner }),
    ...(projectId !== undefined && { projectId }),
  };
  const envelope = sealSecret(master, context, secret);
  const [row] = await transaction.query<CredentialRow & Record<string, unknown>>({
    text: `INSERT INTO credentials.credentials
             (id, vendor, organization_id, project_id, name, kind, settings, secret, wrapped_key, master_key_id, hint, weight,
              fallback, disabled_at, requests_per_minute, tokens_per_minute)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, CASE WHEN $14 THEN NULL ELSE now() END, $15,
                   $16)
           RETURNING ${credentialColumns}`,
    values: [
      ...[id, vendor, owner, projectId ?? null, given.name, kind, JSON.stringify(given.settings)],
      ...[envelope.secret, envelope.wrappedKey, envelope.masterKeyId, hintOf(kind, secret)],
      ...[given.weight ?? 100, given.fallback ?? 'operator', given.isEnabled ?? true],
      ...[given.requestsPerMinute ?? null, given.tokensPerMinute ?? null],
    ],
  });
  const credential = toCredential(row as CredentialRow);
  await transaction.query(
    audit.entry(by, { ...entryOf('created', credential), after: describeCredential(credential) }),
  );
  return credential;
}

async function modify(
  { audit, vendors, masterKeys: [master] }: CredentialDependencies,
  transaction: Queryable,
  by: ActingRequest,
  { owner, id }: { readonly owner: string | null; readonly id: string },
  change: CredentialChange,
): Promise<Credential> {
  const before = await findRow(transaction, owner, id, 'FOR UPDATE');
  const { kind, vendor } = before;
  if (change.settings)
    checkSettings({ vendor: vendorOf(vendors, vendor), kind, isOwn: owner !== null }, change.settings);
  if (change.secret) checkSecret({ vendor, kind }, change.secret);
  const envelope = change.secret
    ? sealSecret(master, { id, vendor, ...ownerOf(before) }, change.secret)
    : envelopeOf(before);
  // What a vendor said of another secret, or at another address, says nothing of this one.
  const isAnother = change.secret !== undefined || change.settings !== undefined;
  const [row] = await transaction.query<CredentialRow & Record<string, unknown>>({
    text: `UPDATE credentials.credentials
           SET name = $2, settings = $3, secret = $4, wrapped_key = $5, master_key_id = $6, hint = $7, weight = $8,
               fallback = $9, disabled_at = CASE WHEN $10 THEN NULL ELSE coalesce(disabled_at, now()) END,
               verified = CASE WHEN $11 THEN NULL ELSE verified END, requests_per_minute = $12, tokens_per_minute = $13,
               version = version + 1, updated_at = now()
           WHERE id = $1 RETURNING ${credentialColumns}`,
    values: [
      ...[id, change.name ?? before.name, JSON.stringify(change.settings ?? before.settings)],
      ...[envelope.secret, envelope.wrappedKey, envelope.masterKeyId],
      ...[change.secret ? hintOf(kind, change.secret) : before.hint, change.weight ?? before.weight],
      ...[change.fallback ?? before.fallback, change.isEnabled ?? before.disabled_at === null, isAnother],
      changed(change.requestsPerMinute, before.requests_per_minute),
      changed(change.tokensPerMinute, before.tokens_per_minute),
    ],
  });
  const credential = toCredential(row as CredentialRow);
  await transaction.query(
    audit.entry(by, {
      ...entryOf('updated', credential),
      before: describeCredential(toCredential(before)),
      // The secret itself is nobody's to read; that it was replaced is.
      after: { ...describeCredential(credential), ...(change.secret && { secret_replaced: true }) },
    }),
  );
  return credential;
}

/** Null takes a limit away, and absence leaves it. */
function changed(given: number | null | undefined, before: number | null): number | null {
  return given === undefined ? before : given;
}

async function remove(
  { audit }: CredentialDependencies,
  transaction: Queryable,
  by: ActingRequest,
  owner: string | null,
  id: string,
): Promise<void> {
  const credential = toCredential(await findRow(transaction, owner, id, 'FOR UPDATE'));
  await transaction.query({
    text: `UPDATE credentials.credentials
           SET deleted_at = now(), secret = NULL, wrapped_key = NULL, master_key_id = NULL, updated_at = now() WHERE id = $1`,
    values: [id],
  });
  await transaction.query(
    audit.entry(by, { ...entryOf('deleted', credential), before: describeCredential(credential) }),
  );
}

/** The vendor is asked outside of a transaction, and what it said is stored only for what it was asked about. */
async function verify(
  { database, audit, masterKeys, verifier }: CredentialDependencies,
  by: ActingRequest,
  owner: string | null,
  id: string,
): Promise<Credential> {
  const row = await findRow(database, owner, id);
  const account = openAccount(masterKeys, row);
  const verification = account ? await verifier.verify(account) : UNREADABLE;
  return database.transaction(async (transaction) => {
    const now = await findRow(transaction, owner, id, 'FOR UPDATE');
    if (now.version !== row.version) return toCredential(now);
    const [after] = await transaction.query<CredentialRow & Record<string, unknown>>({
      text: `UPDATE credentials.credentials SET verified = $2 WHERE id = $1 RETURNING ${credentialColumns}`,
      values: [id, JSON.stringify({ ...verification, at: new Date().toISOString() })],
    });
    const credential = toCredential(after as CredentialRow);
    const { status, failureClass } = verification;
    await transaction.query(
      audit.entry(by, {
        ...entryOf('verified', credential),
        after: { status, ...(failureClass !== undefined && { failure_class: failureClass }) },
      }),
    );
    return credential;
  });
}

const UNREADABLE: Verification = {
  status: 'invalid',
  failureClass: 'internal',
  message: 'The secret cannot be decrypted here: the master key or the row was changed. Send the secret anew.',
};

function openAccount(masterKeys: readonly MasterKey[], row: CredentialRow): VendorAccount | undefined {
  const context = { id: row.id, vendor: row.vendor, ...ownerOf(row) };
  try {
    const secret = openSecret(masterKeys, context, envelopeOf(row));
    return { ...context, kind: row.kind, settings: row.settings, secret };
  } catch {
    return undefined;
  }
}

function entryOf(verb: string, { id, projectId }: Credential) {
  return { type: `credential.${verb}`, objectId: id, ...(projectId !== undefined && { projectId }) };
}

function vendorOf(vendors: readonly CredentialVendor[], id: string): CredentialVendor {
  return vendors.find((vendor) => vendor.id === id) ?? { id };
}
