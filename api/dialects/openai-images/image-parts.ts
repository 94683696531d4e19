import type { MediaSource } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../workflows/contracts/media-calls.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { inputTokensOf, OUTPUT_UNITS } from '../../../workflows/domain/price-list.js';

/** What the renderings of an answer go by besides the answer. */
export interface ImagesRendering {
  readonly requestId: string;
  readonly call: Pick<ImageCall, 'operation' | 'size' | 'quality' | 'background'>;
}

/** `png`, `jpeg` or `webp`. */
export function formatWord({ mediaType }: Extract<MediaSource, { type: 'base64' }>): string {
  return mediaType.replace(/^image\//, '');
}

/** `ImageGenUsage`: all of its fields, as clients with types expect them; of vendors that count no tokens they are 0. */
export function renderUsage({ usage: { units } }: Pick<AnswerSummary, 'usage'>): JsonObject {
  const input = inputTokensOf(units);
  const output = OUTPUT_UNITS.reduce((sum, unit) => sum + (units[unit] ?? 0), 0);
  const ofImages = units.input_image ?? 0;
  return {
    ...(units.images !== undefined && { images: units.images }),
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    input_tokens_details: { text_tokens: input - ofImages, image_tokens: ofImages },
  };
}
