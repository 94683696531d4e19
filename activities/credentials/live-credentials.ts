import type {
  CredentialDirectory,
  CredentialUse,
  UsableCredential,
  VendorAccount,
} from '../../workflows/contracts/credentials.js';
import type { CredentialVendor } from '../../workflows/domain/credential-kinds.js';
import { mayServe } from '../../workflows/domain/credentials.js';
import type { Queryable } from '../storage/database.js';
import { keepLoaded } from '../storage/keep-loaded.js';
import type { Notifications } from '../storage/notifications.js';
import { createCredentialMeter } from './credential-meter.js';
import { credentialColumns, type CredentialRow, envelopeOf, limitsOf, ownerOf } from './credential-rows.js';
import { type MasterKey, openSecret } from './envelope.js';

export const credentialsChangeChannelName = 'sluice_credentials_changed';

/** The credentials in force, and their secrets for those who call vendors. */
export interface LiveCredentials extends CredentialDirectory {
  /** Reads the credentials. Nothing may be planned before it resolves; it rejects where the database is away. */
  start(): Promise<void>;
  stop(): void;
  /**
   * The account that a credential opens, for a caller that it may serve: the same object as long as the credential is the same.
   * `undefined` where it is gone, disabled, somebody else's or cannot be decrypted.
   */
  accountOf(
    id: string,
    user: { readonly organizationId: string; readonly projectId?: string },
  ): VendorAccount | undefined;
  /** Counts what was used of a credential against its limits, in this process. */
  note(id: string, use: CredentialUse): void;
}

/** What was read last. Secrets stay sealed until a request needs them. */
interface State {
  readonly rows: ReadonlyMap<string, CredentialRow>;
  readonly operators: readonly UsableCredential[];
  readonly byOrganization: ReadonlyMap<string, readonly UsableCredential[]>;
  readonly sets: Map<string, ReadonlySet<string>>;
}

export function createLiveCredentials(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
  /** The one that is current, and those of before that rows may still be sealed under. */
  readonly masterKeys: readonly MasterKey[];
  readonly vendors: readonly CredentialVendor[];
  readonly environment: ReadonlySet<string>;
  /** Told once of each credential that cannot be used, with its id. */
  readonly onBroken: (id: string, problem: string) => void;
  /** Told of each whose secret or settings are others than before, or that is in use again: its vendor may take it now. */
  readonly onChanged: (id: string) => void;
  readonly onError: (error: unknown) => void;
}): LiveCredentials {
  let state = toState([], deps.environment);
  let before: State['rows'] | undefined;
  const meter = createCredentialMeter();
  const told = new Set<string>();
  const opened = new Map<string, { readonly version: number; readonly account: VendorAccount }>();

  const withUse = (credential: UsableCredential): UsableCredential => {
    const row = state.rows.get(credential.id);
    return row && meter.isUsedUp(row.id, limitsOf(row)) ? { ...credential, isUsedUp: true } : credential;
  };
  const tellOnce = (row: CredentialRow, problem: string): void => {
    const name = `${row.id} ${row.version}`;
    if (told.has(name)) return;
    told.add(name);
    deps.onBroken(row.id, problem);
  };
  const isUsable = (row: CredentialRow): boolean => {
    const problem = problemOf(row, deps);
    if (problem !== undefined) tellOnce(row, problem);
    return problem === undefined;
  };
  const take = (rows: readonly CredentialRow[]): void => {
    state = toState(rows.filter(isUsable), deps.environment);
    for (const row of before === undefined ? [] : state.rows.values()) {
      if (isAnother(row, before?.get(row.id))) deps.onChanged(row.id);
    }
    before = state.rows;
    for (const id of opened.keys()) if (!state.rows.has(id)) opened.delete(id);
  };
  const kept = keepLoaded({
    ...{ notifications: deps.notifications, channel: credentialsChangeChannelName, take, onError: deps.onError },
    read: () => readRows(deps.database),
  });

  const open = (row: CredentialRow): VendorAccount | undefined => {
    const known = opened.get(row.id);
    if (known?.version === row.version) return known.account;
    const { id, vendor, kind, settings } = row;
    try {
      const context = { id, vendor, ...ownerOf(row) };
      const account = { ...context, kind, settings, secret: openSecret(deps.masterKeys, context, envelopeOf(row)) };
      opened.set(id, { version: row.version, account });
      return account;
    } catch {
      tellOnce(row, 'its secret does not decrypt: the row was changed by hand');
      return undefined;
    }
  };

  return {
    environment: deps.environment,
    usableBy: (organizationId, projectId) => usableBy(state, organizationId, projectId).map(withUse),
    note: meter.note,
    vendorsFor: (organizationId, projectId) => vendorsFor(state, deps.environment, organizationId, projectId),
    accountOf: (id, user) => {
      const row = state.rows.get(id);
      return row && mayServe(ownerOf(row), user) ? open(row) : undefined;
    },
    ...kept,
  };
}

/** A name, a weight or a key that was sealed anew changes nothing for the vendor. */
function isAnother(row: CredentialRow, before: CredentialRow | undefined): boolean {
  if (before === undefined) return true;
  if (row.version === before.version) return false;
  const isSameSecret = Buffer.compare(envelopeOf(row).secret, envelopeOf(before).secret) === 0;
  return !isSameSecret || JSON.stringify(row.settings) !== JSON.stringify(before.settings);
}

function readRows(database: Queryable): Promise<readonly CredentialRow[]> {
  return database.query<CredentialRow & Record<string, unknown>>({
    name: 'credentials-live',
    text: `SELECT ${credentialColumns} FROM credentials.credentials
           WHERE deleted_at IS NULL AND disabled_at IS NULL ORDER BY created_at, id`,
  });
}

/** Why a credential cannot be used here, whatever its vendor would say. It must not take the others down. */
function problemOf(
  { vendor, master_key_id: masterKeyId }: CredentialRow,
  { vendors, masterKeys }: { readonly vendors: readonly CredentialVendor[]; readonly masterKeys: readonly MasterKey[] },
): string | undefined {
  if (!vendors.some(({ id }) => id === vendor)) return 'its vendor is not one that can be called here';
  if (!masterKeys.some(({ id }) => id === masterKeyId)) return 'it is sealed under another master key';
  return undefined;
}

function toState(rows: readonly CredentialRow[], environment: ReadonlySet<string>): State {
  const usable = rows.map(toUsable);
  const operators = usable.filter(({ organizationId }) => organizationId === undefined);
  const byOrganization = new Map<string, UsableCredential[]>();
  for (const credential of usable) {
    const { organizationId } = credential;
    if (organizationId === undefined) continue;
    const own = byOrganization.get(organizationId);
    if (own) own.push(credential);
    else byOrganization.set(organizationId, [credential]);
  }
  const everybodys = new Set([...environment, ...operators.map(({ vendor }) => vendor)]);
  return {
    rows: new Map(rows.map((row) => [row.id, row])),
    operators,
    byOrganization,
    sets: new Map([['', everybodys]]),
  };
}

function toUsable(row: CredentialRow): UsableCredential {
  const { id, vendor, weight, fallback, verified } = row;
  const isRefused = verified?.status === 'invalid';
  return { id, vendor, ...ownerOf(row), weight, fallback, ...(isRefused && { isRefused }) };
}

function usableBy(
  { operators, byOrganization }: State,
  organizationId: string,
  projectId: string | undefined,
): readonly UsableCredential[] {
  const own = byOrganization.get(organizationId);
  if (own === undefined) return operators;
  const user = { organizationId, ...(projectId !== undefined && { projectId }) };
  return [...own.filter((credential) => mayServe(credential, user)), ...operators];
}

/** Most organisations have none of their own, and share one set; the others' are kept until something changes. */
function vendorsFor(
  state: State,
  environment: ReadonlySet<string>,
  organizationId: string,
  projectId: string | undefined,
): ReadonlySet<string> {
  const name = state.byOrganization.has(organizationId) ? `${organizationId} ${projectId ?? ''}` : '';
  const known = state.sets.get(name);
  if (known) return known;
  const made = new Set([...environment, ...usableBy(state, organizationId, projectId).map(({ vendor }) => vendor)]);
  state.sets.set(name, made);
  return made;
}
