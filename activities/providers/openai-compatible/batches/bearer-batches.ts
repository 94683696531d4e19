import type { VendorHttp } from '../../http.js';
import type { VendorBatches } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import { createOpenAiBatches } from './create-openai-batches.js';
import type { OpenAiBatchesProfile } from './profiles.js';

/** The batches of a vendor with one address and a key that does not end. `baseUrl` is up to and with the version. */
export function createBearerBatches({
  apiKey,
  baseUrl,
  ...rest
}: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly profile: OpenAiBatchesProfile;
  readonly http: VendorHttp;
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}): VendorBatches {
  const base = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  return createOpenAiBatches({
    ...rest,
    target: (path) => ({ url: `${base}${path}`, headers }),
    endpointOf: (url) => `/v1${url.slice(base.length)}`,
  });
}
