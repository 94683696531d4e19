import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import type { Bytes } from '../../fetch-media.js';
import { holdToAbilities, ratioOf } from '../../image-features.js';
import { defined } from '../../json-fields.js';
import { refuseCall } from '../../refuse-call.js';
import { createWarnings } from '../../warnings.js';

export interface GoogleImageRequest {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

/** https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios_and_image_size */
const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
/** https://ai.google.dev/gemini-api/docs/imagen#imagen-configuration */
const IMAGEN_RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'];

/** `generateContent` of a model that answers in pictures: one picture an answer, and another seed for each. */
export function toGeminiImage(call: ImageCall, given: readonly Bytes[], index: number): GoogleImageRequest {
  const warnings = createWarnings();
  holdToAbilities(call, { given: 14, features: ['size', 'aspect_ratio', 'resolution', 'seed'] }, warnings);
  const aspectRatio = ratioOf(call, RATIOS, warnings);
  const imageConfig = defined({ aspectRatio, imageSize: call.resolution?.toUpperCase() });
  const parts = [
    ...given.map(({ mediaType, data }) => ({ inlineData: { mimeType: mediaType, data } })),
    { text: call.prompt },
  ];
  return {
    body: {
      contents: [{ role: 'user', parts }],
      generationConfig: defined({
        responseModalities: ['TEXT', 'IMAGE'],
        ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
        seed: call.seed === undefined ? undefined : call.seed + index,
      }),
    },
    warnings: warnings.list(),
  };
}

/** `predict` of Imagen (https://ai.google.dev/gemini-api/docs/imagen). */
export function toImagen(call: ImageCall): GoogleImageRequest {
  const warnings = createWarnings();
  const features = ['size', 'aspect_ratio', 'resolution', 'output_format', 'output_compression', 'seed'] as const;
  holdToAbilities(call, { given: 0, features, count: 4 }, warnings);
  return {
    body: {
      instances: [{ prompt: call.prompt }],
      parameters: defined({
        sampleCount: call.count,
        aspectRatio: ratioOf(call, IMAGEN_RATIOS, warnings),
        sampleImageSize: call.resolution?.toUpperCase(),
        seed: call.seed,
        // A picture with its mark is the same each time only without the mark.
        ...(call.seed !== undefined && { addWatermark: false }),
        outputOptions: outputOf(call),
      }),
    },
    warnings: warnings.list(),
  };
}

function outputOf({ format, compression }: ImageCall): JsonObject | undefined {
  if (format === undefined) return undefined;
  return defined({ mimeType: `image/${format}`, compressionQuality: compression });
}

/** `predict` of Virtual Try-On (https://cloud.google.com/vertex-ai/generative-ai/docs/image/generate-virtual-try-on-images). */
export function toTryOn(call: ImageCall, given: readonly Bytes[]): GoogleImageRequest {
  const warnings = createWarnings();
  holdToAbilities(call, { given: 4, features: ['seed'], count: 4 }, warnings);
  const [person, ...products] = given.map(({ data }) => ({ image: { bytesBase64Encoded: data } }));
  if (person === undefined || products.length === 0) {
    throw refuseCall('This model wants a person in the first picture and what to wear in the others.', 'image');
  }
  return {
    body: {
      instances: [{ personImage: person, productImages: products }],
      parameters: defined({ sampleCount: call.count, seed: call.seed }),
    },
    warnings: warnings.list(),
  };
}
