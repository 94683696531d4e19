import type { AwsCredentials } from './aws-signature.js';
import { ProviderFailure } from './port.js';

/** Credentials are renewed while they are still good, so that no request waits for that or is signed with stale ones. */
const RENEW_BEFORE_MS = 5 * 60_000;

/**
 * The credentials that AWS's own tools would find: profiles, single sign-on, web identity, roles of containers and of
 * machines. Its library is loaded with the first request, because it is large and most gateways do without.
 */
export function createAwsCredentialChain(profile?: string): () => Promise<AwsCredentials> {
  return keepingCredentials(async () => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return await defaultProvider(profile === undefined ? {} : { profile })();
  });
}

/**
 * Keeps what it fetched until shortly before it expires; callers who come meanwhile share one fetch. Throws `auth` where none
 * are found, and the next caller tries again.
 */
export function keepingCredentials(
  fetch: () => Promise<AwsCredentials>,
  nowMs: () => number = Date.now,
): () => Promise<AwsCredentials> {
  let kept: AwsCredentials | undefined;
  let fetching: Promise<AwsCredentials> | undefined;
  const renew = async (): Promise<AwsCredentials> => {
    try {
      kept = await fetch();
      return kept;
    } catch {
      // The library's own message may quote a profile's files.
      throw new ProviderFailure(
        { class: 'auth' },
        { message: 'No credentials of AWS were found, or they have expired.' },
      );
    } finally {
      fetching = undefined;
    }
  };
  return () => {
    if (kept !== undefined && !expiresSoon(kept, nowMs())) return Promise.resolve(kept);
    fetching ??= renew();
    return fetching;
  };
}

function expiresSoon({ expiration }: AwsCredentials, nowMs: number): boolean {
  return expiration !== undefined && expiration.getTime() - nowMs < RENEW_BEFORE_MS;
}
