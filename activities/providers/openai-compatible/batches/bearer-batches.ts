import type { VendorHttp } from '../../http.js';
import type { VendorBatches } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import { createOpenAiBatches } from './create-openai-batches.js';
import type { BearerBatchesProfile } from './profiles.js';

export interface BearerBatchesOptions {
  readonly apiKey: string;
  /** Up to and with the version, for example `https://api.groq.com/openai/v1`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  /** What answers single requests, by another way of sending. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}

/** The batches of a vendor with one address and a key that does not end. */
export function createBearerBatches({
  apiKey,
  baseUrl,
  profile,
  ...rest
}: BearerBatchesOptions & { readonly profile: BearerBatchesProfile }): VendorBatches {
  const base = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  return createOpenAiBatches({
    ...rest,
    profile: { ...profile, takes: (offer) => profile.takes(offer, base) },
    target: (path) => ({ url: `${base}${path}`, headers }),
    endpointOf: (url) => `/v1${url.slice(base.length)}`,
  });
}
