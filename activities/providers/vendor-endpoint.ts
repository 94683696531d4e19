import type { ChatAttempt } from './port.js';

/** Where one call goes, and what it is sent with besides its body. */
export interface VendorTarget {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/**
 * Finds where a call of an operation goes (`/chat/completions`, `/responses`) and by which credential, at the time of the
 * call: a token expires, and an address may depend on the model. Throws a `ProviderFailure` where no token can be had.
 */
export type VendorEndpoint = (
  operation: string,
  attempt: Pick<ChatAttempt, 'offer' | 'signal'>,
) => VendorTarget | Promise<VendorTarget>;

/**
 * One address for all models, up to and with the version (`https://api.openai.com/v1`), and a key that does not expire; no
 * key where the vendor is a server of the operator's own that asks for none.
 */
export function createBearerEndpoint(baseUrl: string, apiKey?: string): VendorEndpoint {
  const base = baseUrl.replace(/\/+$/, '');
  const headers: VendorTarget['headers'] = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return (operation) => ({ url: `${base}${operation}`, headers });
}
