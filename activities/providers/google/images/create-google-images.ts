import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { askJson } from '../../ask-json.js';
import { inlineGiven, type MediaReach } from '../../fetch-media.js';
import type { VendorHttp } from '../../http.js';
import { createImageMaker, type MadeImages, oneByOne } from '../../made-images.js';
import type { MediaAttempt, MediaCapabilities } from '../../port.js';
import type { GoogleEndpoint } from '../chat/endpoint.js';
import { fromGeminiImage, fromPredict } from './from-google-image.js';
import { type GoogleImageRequest, toGeminiImage, toImagen, toTryOn } from './to-google-image.js';
import { sumOfUsage } from './sum-of-usage.js';

/** Pictures of Google's models, by the Gemini API or Vertex AI: Gemini's by `generateContent`, Imagen's by `predict`. */
export function createGoogleImages({
  endpoint,
  http,
}: {
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['image']> {
  const make = async (attempt: MediaAttempt<ImageCall>, reach: MediaReach): Promise<MadeImages> => {
    const { call, offer } = attempt;
    if (offer.vendorModel.startsWith('imagen')) return predict(attempt, toImagen(call));
    // Refused before anything is fetched.
    toGeminiImage(call, [], 0);
    const given = await Promise.all(call.images.map((image, index) => inlineGiven(image, reach, `image[${index}]`)));
    if (offer.vendorModel.startsWith('virtual-try-on')) return predict(attempt, toTryOn(call, given));
    const made = await oneByOne(call.count, async (index) => {
      const { body, warnings } = toGeminiImage(call, given, index);
      const target = await endpoint(offer, 'generateContent');
      return { ...fromGeminiImage(await askJson(http, target, body, onlyFirst(attempt, index))), warnings };
    });
    const [first] = made;
    return { ...first, images: made.flatMap(({ images }) => images), ...sumOfUsage(made) };
  };
  const predict = async (
    attempt: MediaAttempt<ImageCall>,
    { body, warnings }: GoogleImageRequest,
  ): Promise<MadeImages> => {
    const target = await endpoint(attempt.offer, 'predict');
    return { ...fromPredict(await askJson(http, target, body, attempt)), warnings };
  };
  return createImageMaker(http, '', make);
}

/** The vendor's id of the first asking stands for all. */
function onlyFirst(attempt: MediaAttempt<ImageCall>, index: number): Omit<MediaAttempt<ImageCall>, 'call'> {
  const { onResponse, ...others } = attempt;
  return {
    ...others,
    attemptKey: `${attempt.attemptKey}:${index}`,
    ...(index === 0 && onResponse && { onResponse }),
  };
}
