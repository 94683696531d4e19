import type { VendorHttp, VendorResponse } from './http.js';
import { badResponse } from './json-answer.js';
import type { Downloads } from './port.js';

/** Vendors' files are behind one, or two. */
const MOST_REDIRECTS = 3;

export interface VendorDownloads extends Downloads {
  get(url: string, how: Parameters<Downloads['get']>[1]): Promise<VendorResponse>;
}

/**
 * An address that a vendor gives is fetched from the open internet only, whatever it names; but from the places where the
 * operator has its vendors, which it has named itself, also within its own network. Each redirect is held to the same.
 */
export function createDownloads(deps: {
  /** By which vendors are called; all other places are reached by its way elsewhere. */
  readonly http: VendorHttp;
  /** Base URLs of the operator's own setting. */
  readonly trusted: readonly string[];
}): VendorDownloads {
  const origins = new Set(deps.trusted.flatMap((url) => URL.parse(url)?.origin ?? []));
  const ask = (
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<VendorResponse> => {
    const client = origins.has(URL.parse(url)?.origin ?? '') ? deps.http : deps.http.elsewhere;
    if (client === undefined) throw badResponse('The vendor named an address that cannot be reached from here.');
    return client.getJson({ url, headers: { accept: '*/*', ...headers }, signal });
  };
  const follow = async (
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    left: number,
  ): Promise<VendorResponse> => {
    const response = await ask(url, headers, signal);
    const { location } = response.headers;
    if (response.status < 301 || response.status > 308 || location === undefined || left === 0) return response;
    response.discard();
    const next = URL.parse(location, url);
    if (next === null || !/^https?:$/.test(next.protocol)) return response;
    // A credential is for the place that it was given for.
    const sent = next.origin === URL.parse(url)?.origin ? headers : {};
    return follow(next.href, sent, signal, left - 1);
  };
  return {
    get: (url, { headers, signal }) => follow(url, headers, signal, MOST_REDIRECTS),
  };
}
