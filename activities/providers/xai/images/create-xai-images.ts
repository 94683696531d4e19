import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { createImageMaker } from '../../made-images.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromXaiImages, toXaiImages } from './xai-images.js';

/** xAI's pictures (https://docs.x.ai/docs/guides/image-generations). */
export function createXaiImages(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
  readonly home: string;
}): NonNullable<MediaCapabilities['image']> {
  return createImageMaker(deps.http, deps.home, async (attempt) => {
    const { operation, body, warnings } = toXaiImages(attempt.call, attempt.offer.vendorModel);
    const target = await deps.endpoint(operation, attempt);
    return { ...fromXaiImages(await askJson(deps.http, target, body, attempt)), warnings };
  });
}
