import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { createImageMaker } from '../../made-images.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromSeedream, toSeedream } from './seedream.js';

export function createSeedream(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
  readonly home: string;
}): NonNullable<MediaCapabilities['image']> {
  return createImageMaker(deps.http, deps.home, async (attempt) => {
    const { body, warnings } = toSeedream(attempt.call, attempt.offer.vendorModel);
    const target = await deps.endpoint('/images/generations', attempt);
    return { ...fromSeedream(await askJson(deps.http, target, body, attempt)), warnings };
  });
}
