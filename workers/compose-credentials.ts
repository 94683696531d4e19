import { createLiveCredentials, type LiveCredentials } from '../activities/credentials/live-credentials.js';
import type { MasterKey } from '../activities/credentials/envelope.js';
import { createCredentialVerifier } from '../activities/model-calls/verify-credential.js';
import { createAccounts } from '../activities/providers/accounts.js';
import { createVendorHttp, type VendorHttp } from '../activities/providers/http.js';
import type { Accounts, Provider } from '../activities/providers/port.js';
import { ACCOUNT_VENDORS, createProvider } from '../activities/providers/registry.js';
import type { Config } from '../infra/runtime/config.js';
import type { CredentialVerifier, VendorAccount } from '../workflows/contracts/credentials.js';
import type { Catalogue } from '../workflows/contracts/ports.js';
import type { CredentialVendor } from '../workflows/domain/credential-kinds.js';
import type { Connections } from './connect.js';
import { masterKeysFor } from './derived-key.js';

export interface CredentialParts {
  readonly credentials: LiveCredentials;
  readonly accounts: Accounts;
  readonly verifier: CredentialVerifier;
  readonly vendors: readonly CredentialVendor[];
  /** The current one first. */
  readonly masterKeys: readonly [MasterKey, ...(readonly MasterKey[])];
  close(): Promise<void>;
}

/** The accounts at vendors: those of the environment, and those of credentials, whose secrets are opened here alone. */
export function composeCredentials(
  config: Config,
  { database, notifications }: Pick<Connections, 'database' | 'notifications'>,
  parts: {
    readonly http: VendorHttp;
    readonly providers: ReadonlyMap<string, Provider>;
    readonly catalogue: Catalogue;
    readonly onError: (error: unknown) => void;
    readonly onBroken: (credentialId: string, problem: string) => void;
    readonly onChanged: (credentialId: string) => void;
  },
): CredentialParts {
  const { baseUrls } = config.vendors;
  const vendors = ACCOUNT_VENDORS.map((id) => ({ id, ...(baseUrls[id] !== undefined && { baseUrl: baseUrls[id] }) }));
  const masterKeys = masterKeysFor(config, 'credentials');
  const guarded = createVendorHttp({ publicOnly: true });
  const create = (account: VendorAccount): Provider | undefined => {
    const baseUrl = baseUrls[account.vendor];
    const http = isElsewhere(account) ? guarded : parts.http;
    return createProvider(account.vendor, { ...account, ...(baseUrl !== undefined && { baseUrl }) }, http);
  };
  const { providers, catalogue, onError, onBroken, onChanged } = parts;
  const environment = new Set(providers.keys());
  const credentials = createLiveCredentials({
    ...{ database, notifications, masterKeys, vendors, environment, onBroken, onChanged, onError },
  });
  return {
    credentials,
    accounts: createAccounts({
      environment: providers,
      accountOf: credentials.accountOf,
      note: credentials.note,
      create,
    }),
    verifier: createCredentialVerifier({ create, catalogue, onBug: onError }),
    ...{ vendors, masterKeys },
    close: () => guarded.close(),
  };
}

/** Whether an organisation, and not the operator, says where the account's calls go. */
function isElsewhere({ organizationId, settings }: VendorAccount): boolean {
  return organizationId !== undefined && (settings['base_url'] !== undefined || settings['endpoint'] !== undefined);
}
