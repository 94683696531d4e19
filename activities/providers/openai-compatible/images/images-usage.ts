import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { Usage } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject } from '../../json-fields.js';

/**
 * `ImageGenUsage` of OpenAI's specification, in units that do not overlap: text and pictures each way. What comes out is pictures
 * unless it is told apart. `images` is counted by whoever has them.
 */
export function readImagesUsage(usage: JsonObject | undefined): Usage | undefined {
  const input = asCount(usage?.['input_tokens']);
  const output = asCount(usage?.['output_tokens']);
  if (usage === undefined || (input === undefined && output === undefined)) return undefined;
  const given = asCount(asObject(usage['input_tokens_details'])?.['image_tokens']) ?? 0;
  const written = Math.min(asCount(asObject(usage['output_tokens_details'])?.['text_tokens']) ?? 0, output ?? 0);
  return {
    units: {
      ...(input !== undefined && { input: Math.max(input - given, 0), input_image: Math.min(given, input) }),
      ...(written > 0 && { output: written }),
      ...(output !== undefined && { output_image: output - written }),
    },
    source: 'reported',
    raw: usage,
  };
}

/** What was made where that is told: both, because a price may go by both. */
export function readDelivered({ size, quality }: JsonObject): Pick<Usage, 'delivered'> {
  if (typeof size !== 'string' || typeof quality !== 'string') return {};
  return { delivered: { size, quality } };
}
