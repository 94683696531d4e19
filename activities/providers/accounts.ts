import type { CredentialUse, VendorAccount } from '../../workflows/contracts/credentials.js';
import type { Accounts, AccountUser, ChatProvider } from './port.js';

/**
 * The environment's accounts beside those of credentials. A provider is made once for each state of a credential, which is
 * one object as long as nothing changes, and goes when that does.
 */
export function createAccounts(deps: {
  readonly environment: ReadonlyMap<string, ChatProvider>;
  /** The account that a credential opens for this user. */
  readonly accountOf: (id: string, user: AccountUser) => VendorAccount | undefined;
  readonly create: (account: VendorAccount) => ChatProvider | undefined;
  readonly note: (id: string, use: CredentialUse) => void;
}): Accounts {
  const made = new WeakMap<VendorAccount, { readonly provider: ChatProvider | undefined }>();
  const providerOf = (account: VendorAccount): ChatProvider | undefined => {
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
