import type {
  Credential,
  CredentialChange,
  CredentialList,
  Credentials,
} from '../../workflows/contracts/credentials.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

/** Credentials in memory, without their secrets: the API never sees one again. */
export function createFakeCredentials(): Credentials {
  const at = '2026-11-01T00:00:00.000Z';
  const kept = new Map<string, { readonly list: CredentialList; readonly credential: Credential }>();
  const find = (list: CredentialList, id: string): Credential => {
    const found = kept.get(id);
    if (found?.list !== list) throw refuse('credential_not_found');
    return found.credential;
  };
  const put = (list: CredentialList, credential: Credential): Credential => {
    kept.set(credential.id, { list, credential });
    return credential;
  };
  return {
    list: async (_by, list) => ({
      data: [...kept.values()].filter((one) => one.list === list).map(({ credential }) => credential),
      hasMore: false,
    }),
    get: async (_by, list, id) => find(list, id),
    create: async (_by, list, { vendor, kind = 'api_key', projectId, ...given }) =>
      put(list, {
        ...{ id: `cred_${kept.size + 1}`, vendor, kind, name: '', settings: {}, weight: 100, isEnabled: true },
        ...(projectId !== undefined && { projectId }),
        ...{ fallback: 'operator', hint: '1234', createdAt: at, updatedAt: at },
        ...shown(given),
      }),
    modify: async (_by, list, id, change) => put(list, { ...find(list, id), ...shown(change) }),
    remove: async (_by, list, id) => {
      find(list, id);
      kept.delete(id);
    },
    verify: async (_by, list, id) =>
      put(list, { ...find(list, id), verified: { status: 'valid', message: 'The vendor takes it.', at } }),
  };
}

/** What a change shows of itself afterwards. */
function shown({ secret: _, requestsPerMinute, tokensPerMinute, ...change }: CredentialChange): Partial<Credential> {
  return {
    ...change,
    ...(requestsPerMinute != null && { requestsPerMinute }),
    ...(tokensPerMinute != null && { tokensPerMinute }),
  };
}
