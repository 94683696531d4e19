import type { CredentialUse, VendorAccount } from '../../workflows/contracts/credentials.js';
import type { Accounts, AccountUser, Provider } from './port.js';

/**
 * The environment's accounts beside those of credentials. A provider is made once for each state of a credential, which is
 * one object as long as nothing changes, and goes when that does.
 */
export function createAccounts(deps: {
  readonly environment: ReadonlyMap<string, Provider>;
  /** The account that a credential opens for this user. */
  readonly accountOf: (id: string, user: AccountUser) => VendorAccount | undefined;
  readonly create: (account: VendorAccount) => Provider | undefined;
  readonly note: (id: string, use: CredentialUse) => void;
}): Accounts {
  const made = new WeakMap<VendorAccount, { readonly provider: Provider | undefined }>();
  const providerOf = (account: VendorAccount): Provider | undefined => {
    const known = made.get(account) ?? { provider: deps.create(account) };
    made.set(account, known);
    return known.provider;
  };
  return {
    find: (vendor, credentialId, user) => {
      if (credentialId === undefined) return deps.environment.get(vendor);
      const account = deps.accountOf(credentialId, user);
      return account?.vendor === vendor ? providerOf(account) : undefined;
    },
    note: (credentialId, use) => {
      if (credentialId !== undefined) deps.note(credentialId, use);
    },
  };
}
