import { exchangeJson } from '../../ask-json.js';
import { inlineGiven } from '../../fetch-media.js';
import type { VendorHttp } from '../../http.js';
import { createImageMaker } from '../../made-images.js';
import type { MediaCapabilities } from '../../port.js';
import type { BedrockEndpoint } from '../bedrock-endpoint.js';
import { fromBedrockImage } from './from-bedrock-image.js';
import { toBedrockImage } from './to-bedrock-image.js';

/** Pictures by `InvokeModel`, in the body of each maker's own. */
export function createBedrockImages({
  endpoint,
  http,
}: {
  readonly endpoint: BedrockEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['image']> {
  return createImageMaker(http, '', async (attempt, reach) => {
    const { call, offer } = attempt;
    // Refused before anything is fetched.
    toBedrockImage(call, offer.vendorModel, [], undefined);
    const given = await Promise.all(call.images.map((image, index) => inlineGiven(image, reach, `image[${index}]`)));
    const mask = call.mask && (await inlineGiven(call.mask, reach, 'mask'));
    const { body, warnings } = toBedrockImage(call, offer.vendorModel, given, mask);
    const request = await endpoint(offer, 'invoke', body);
    return { ...fromBedrockImage((await exchangeJson(http, request, attempt)).answer), warnings };
  });
}
