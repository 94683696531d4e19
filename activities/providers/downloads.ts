import type { VendorHttp, VendorResponse } from './http.js';

/** Fetches what vendors have made. */
export interface Downloads {
  /** @throws ProviderFailure. */
  get(
    url: string,
    how: { readonly headers: { readonly [name: string]: string }; readonly signal: AbortSignal },
  ): Promise<VendorResponse>;
}

/**
 * An address that a vendor gives is fetched from the open internet only, whatever it names; but from the places where the
 * operator has its vendors, which it has named itself, also within its own network. Redirects are not followed.
 */
export function createDownloads(deps: {
  /** Reaches public addresses alone. */
  readonly guarded: VendorHttp;
  readonly http: VendorHttp;
  /** Base URLs of the operator's own setting. */
  readonly trusted: readonly string[];
}): Downloads {
  const origins = new Set(deps.trusted.flatMap((url) => URL.parse(url)?.origin ?? []));
  return {
    get: (url, { headers, signal }) => {
      const client = origins.has(URL.parse(url)?.origin ?? '') ? deps.http : deps.guarded;
      return client.getJson({ url, headers: { accept: '*/*', ...headers }, signal });
    },
  };
}
