import { abortFailure } from './http.js';
import type { VendorHttp, VendorRequest, VendorResponse } from './http.js';

/** Access tokens that end, of whoever issues them. */
export interface TokenSource {
  /** One that is good for some minutes; requests at the same time share one exchange. Throws a `ProviderFailure`. */
  get(): Promise<string>;
  /** Forgets a token that was refused, so that the next request fetches another. */
  drop(token: string): void;
}

/** A token that the operator gave, and that is theirs to renew. */
export function fixedToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), drop: () => undefined };
}

/**
 * The same client with a token on each request. A token that is refused (HTTP 401) is dropped and the request sent once more
 * with another: nothing was done for it, and tokens are revoked before their time.
 */
export function withTokens(http: VendorHttp, tokens: TokenSource): VendorHttp {
  const sending =
    <R extends Omit<VendorRequest, 'body'>>(send: (request: R) => Promise<VendorResponse>) =>
    async (request: R): Promise<VendorResponse> => {
      const withToken = (token: string): R => ({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
      });
      const token = await unlessAborted(tokens.get(), request.signal);
      const response = await send(withToken(token));
      if (response.status !== 401) return response;
      tokens.drop(token);
      const fresh = await unlessAborted(tokens.get(), request.signal);
      if (fresh === token) return response;
      response.discard();
      return send(withToken(fresh));
    };
  return {
    close: () => http.close(),
    postJson: sending(http.postJson),
    getJson: sending(http.getJson),
    ...(http.deleteJson && { deleteJson: sending(http.deleteJson) }),
    // Nobody else is told the token.
    ...(http.elsewhere && { elsewhere: http.elsewhere }),
  };
}

/** An exchange is shared, so that one request's end does not end it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // Its failure is for those who still wait for it.
    work.catch(() => undefined);
    return Promise.reject(abortFailure(signal));
  }
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abortFailure(signal));
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
