import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { MediaEvent } from '../../workflows/contracts/media-answers.js';
import type { Offer, PriceList } from '../../workflows/contracts/offers.js';
import type { Demand, MediaDemand } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { pictureNews } from '../../workflows/domain/image-tool.js';
import { PARTIAL_PICTURE_TOKENS, type Picture, pictureTokens } from '../../workflows/domain/picture-tokens.js';
import { pricedUnits } from '../../workflows/domain/priced-units.js';

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
    case 'transcript-delta':
    case 'transcript':
      return Buffer.byteLength(event.text);
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
  const isWhole = event.type === 'tool-call-start' || event.type === 'opaque' || MADE.has(event.type);
  return isWhole || contentBytes(event) > 0;
}

/** What is made or found, each of which is content whatever its length. */
const MADE: ReadonlySet<AnswerEvent['type']> = new Set<MediaEvent['type']>([
  'embedding',
  'ranking',
  'moderation',
  'image',
  'image-partial',
  'speech-delta',
  'transcript',
  'transcript-segment',
  'video',
]);

/**
 * Usage counted from what arrived: bytes at four a token; the input by the model's own tokenizer where it was counted, and
 * otherwise likewise, unless the vendor had reported a part. Of what is no conversation, what was asked for counts as delivered,
 * in the units that the offer has prices for, but for pictures, which are counted.
 */
export function countUsage(
  { tokens, textBytes, media }: Demand,
  { tokenizer, prices = {} }: Pick<Offer, 'tokenizer'> & Partial<Pick<Offer, 'prices'>>,
  meter: { readonly outputBytes: number; readonly images: number },
  reported: Usage | undefined,
): Usage {
  if (media) return countMediaUsage(media, textBytes, meter, reported, prices);
  const counted = tokenizer && tokens?.[tokenizer]?.text;
  const output = Math.ceil(meter.outputBytes / bytesPerToken);
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

function countMediaUsage(
  { units: { images: _, ...asked }, usual }: MediaDemand,
  textBytes: number,
  { outputBytes, images }: { readonly outputBytes: number; readonly images: number },
  reported: Usage | undefined,
  prices: PriceList,
): Usage {
  // The bounds of tokens are bytes, or far above what is usual, and so no count; what was bounded by 0 was not asked for.
  const { input, output: _output, output_audio: _audio, ...others } = asked;
  const counted = {
    ...Object.fromEntries(Object.entries(others).filter(([, count]) => count > 0)),
    ...usual,
    ...(input !== undefined && { input: Math.ceil(textBytes / bytesPerToken) }),
    ...(outputBytes > 0 && { output: Math.ceil(outputBytes / bytesPerToken) }),
    ...(images > 0 && { images }),
  };
  return {
    units: { ...pricedUnits(counted, prices), ...reported?.units },
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
  { pictures, partialPictures }: { readonly pictures: readonly Picture[]; readonly partialPictures: number },
): Usage {
  if (imageTool === undefined || pictures.length + partialPictures === 0) return usage;
  const units = { ...usage.units, images: pictures.length };
  if ((units.image_tool_output_image ?? 0) > 0) return { ...usage, units };
  const whole = pictures.reduce((sum, picture) => sum + pictureTokens(imageTool.model, picture), 0);
  const tokens = whole + partialPictures * PARTIAL_PICTURE_TOKENS;
  return { ...usage, units: { ...units, image_tool_output_image: tokens }, source: 'counted' };
}
