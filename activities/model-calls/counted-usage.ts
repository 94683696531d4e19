import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Demand } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { pictureNews } from '../../workflows/domain/image-tool.js';
import { PARTIAL_PICTURE_TOKENS, pictureTokens } from '../../workflows/domain/picture-tokens.js';
import type { Meter } from './answer-meter.js';

/** The rule of thumb that unreported usage is counted by; stated in docs/durability.md. */
const bytesPerToken = 4;

/** Bytes of an answer's content, the only thing that is known of an answer whose usage was never reported. */
export function contentBytes(event: AnswerEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return Buffer.byteLength(event.text);
    case 'tool-call-start':
      return Buffer.byteLength(event.name);
    case 'tool-call-delta':
      return Buffer.byteLength(event.arguments);
    case 'audio-delta':
      // Sound has no bytes a token; its words are what is known of it.
      return Buffer.byteLength(event.transcript ?? '');
    case 'opaque':
      // A picture has no bytes a token either; it is counted by its size and quality.
      return pictureNews(event.data) === undefined ? Buffer.byteLength(JSON.stringify(event.data)) : 0;
    default:
      return 0;
  }
}

/** True for an event after which the caller has seen part of the answer, so that no other model may answer instead. */
export function isContent(event: AnswerEvent): boolean {
  if (event.type === 'audio-delta' && event.data !== undefined) return true;
  return event.type === 'tool-call-start' || event.type === 'opaque' || contentBytes(event) > 0;
}

/**
 * Usage counted from what arrived: bytes at four a token; the input by the model's own tokenizer where it was counted, and
 * otherwise likewise, unless the vendor had reported a part.
 */
export function countUsage(
  { tokens, textBytes }: Demand,
  { tokenizer }: Pick<Offer, 'tokenizer'>,
  outputBytes: number,
  reported: Usage | undefined,
): Usage {
  const counted = tokenizer && tokens?.[tokenizer]?.text;
  const output = Math.ceil(outputBytes / bytesPerToken);
  return {
    units: {
      input: counted ?? Math.ceil(textBytes / bytesPerToken),
      ...reported?.units,
      output: Math.max(output, reported?.units.output ?? 0),
    },
    source: 'counted',
    ...(reported?.raw !== undefined && { raw: reported.raw }),
  };
}

/**
 * With the pictures that the vendor's own tool made: how many, and what they took by its tables where the vendor has not
 * reported that, so that none that came is without a price.
 */
export function withPictures(
  usage: Usage,
  { imageTool }: Demand,
  { pictures, partialPictures }: Pick<Meter, 'pictures' | 'partialPictures'>,
): Usage {
  if (imageTool === undefined || pictures.length + partialPictures === 0) return usage;
  const units = { ...usage.units, images: pictures.length };
  if ((units.image_tool_output_image ?? 0) > 0) return { ...usage, units };
  const whole = pictures.reduce((sum, picture) => sum + pictureTokens(imageTool.model, picture), 0);
  const tokens = whole + partialPictures * PARTIAL_PICTURE_TOKENS;
  return { ...usage, units: { ...units, image_tool_output_image: tokens }, source: 'counted' };
}
