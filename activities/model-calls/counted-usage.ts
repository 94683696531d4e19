import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { MediaEvent } from '../../workflows/contracts/media-answers.js';
import type { Offer, PriceList } from '../../workflows/contracts/offers.js';
import type { Demand, MediaDemand } from '../../workflows/contracts/requests.js';
import type { Unit, Usage } from '../../workflows/contracts/usage.js';
import { INPUT_UNITS, OUTPUT_UNITS, priceOfUnit } from '../../workflows/domain/price-list.js';

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
      return Buffer.byteLength(JSON.stringify(event.data));
    default:
      return 0;
  }
}

/** True for an event after which the caller has seen part of the answer, so that no other model may answer instead. */
export function isContent(event: AnswerEvent): boolean {
  if (event.type === 'audio-delta' && event.data !== undefined) return true;
  return MADE.has(event.type) || event.type === 'tool-call-start' || contentBytes(event) > 0;
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
 * but for pictures, which are counted.
 */
export function countUsage(
  { tokens, textBytes, media }: Demand,
  { tokenizer, prices = {} }: Pick<Partial<Offer>, 'tokenizer' | 'prices'>,
  { outputBytes, images }: { readonly outputBytes: number; readonly images: number },
  reported: Usage | undefined,
): Usage {
  if (media) return countMediaUsage(media, { textBytes, images, prices }, reported);
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

function countMediaUsage(
  { units: { images: _, ...asked } }: MediaDemand,
  { textBytes, images, prices }: { readonly textBytes: number; readonly images: number; readonly prices: PriceList },
  reported: Usage | undefined,
): Usage {
  // The bounds of tokens are bytes, which are no count.
  const { input, ...others } = asked;
  // Tokens that the offer does not charge by have no price, and what was bounded by 0 was not asked for.
  const counted = Object.entries(others).filter(([unit, count]) => count > 0 && isCharged(unit as Unit, prices));
  return {
    units: {
      ...Object.fromEntries(counted),
      ...(input !== undefined &&
        isCharged('input', prices) && { input: Math.ceil(textBytes / bytesPerToken) }),
      ...(images > 0 && { images }),
      ...reported?.units,
    },
    source: 'counted',
    ...(reported?.raw !== undefined && { raw: reported.raw }),
  };
}

function isCharged(unit: Unit, prices: PriceList): boolean {
  const isTokens = ([...INPUT_UNITS, ...OUTPUT_UNITS] as readonly Unit[]).includes(unit);
  return !isTokens || Object.keys(prices).length === 0 || priceOfUnit(unit, prices) !== undefined;
}
