import type { AccountBalance, Management } from '../../workflows/contracts/ports.js';

/** The balances of one organisation. */
export function createFakeManagement(): Management {
  return {
    balances: (organizationId) =>
      Promise.resolve([fakeBalance(`organization:${organizationId}`, 'credits', '20000000001')]),
  };
}

export function fakeBalance(scope: string, kind: AccountBalance['kind'], creditedNanoUsd: string): AccountBalance {
  const accountId = `acct_${scope}`;
  return {
    accountId,
    kind,
    scope,
    creditedNanoUsd,
    spentNanoUsd: '0',
    heldNanoUsd: '0',
    availableNanoUsd: creditedNanoUsd,
  };
}
