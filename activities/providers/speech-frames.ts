import type { Frame } from '../../workflows/contracts/answer.js';
import type { SpeechFormat } from '../../workflows/contracts/media-calls.js';
import type { UnitCounts, Usage } from '../../workflows/contracts/usage.js';
import type { SpeechCall } from '../../workflows/contracts/media-calls.js';
import { charactersOf } from '../../workflows/domain/media-demand/speech-demand.js';
import { pricedUnits } from '../../workflows/domain/priced-units.js';
import { badResponse } from './json-answer.js';
import type { MediaAttempt } from './port.js';
import { OWN_FIELDS } from './own-fields.js';
import { refuseCall } from './refuse-call.js';
import type { Warnings } from './warnings.js';
import { type PcmFormat, wavHeader } from './wav.js';

export const SPEECH_TYPES: { readonly [F in SpeechFormat]: string } = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/**
 * The format to ask a vendor for, which has these. What the caller has named and the vendor does not have is refused, because
 * a file of another format would be taken for what was asked for; where nothing was named, the first of these will do.
 */
export function formatFor(
  { format }: SpeechCall,
  available: readonly [SpeechFormat, ...SpeechFormat[]],
  warnings: Warnings,
): SpeechFormat {
  if (format !== undefined) {
    if (available.includes(format)) return format;
    throw refuseCall(`The vendor speaks ${available.join(', ')} only.`, 'response_format');
  }
  if (available.includes('mp3')) return 'mp3';
  warnings.add('changed', 'response_format', `The vendor has no mp3; the sound is ${available[0]}.`);
  return available[0];
}

/**
 * Usage in the units that the offer has prices for: what the vendor reports, else the characters, which are known. Nothing where
 * neither has a price: it is counted from the call then.
 */
export function speechUsage(
  { call, offer }: MediaAttempt<SpeechCall>,
  reported: UnitCounts = {},
  raw?: Usage['raw'],
): Frame['events'] {
  const units = pricedUnits({ characters: charactersOf(call.text), ...reported }, offer.prices);
  if (Object.keys(units).length === 0) return [];
  const isReported = Object.keys(pricedUnits(reported, offer.prices)).length > 0;
  return [
    { type: 'usage', usage: { units, source: isReported ? 'reported' : 'counted', ...(raw !== undefined && { raw }) } },
  ];
}

/** Speech as frames, each with the next bytes; `end` tells the usage once all have come. Throws `bad_response` for silence. */
export async function* speechFrames(
  pieces: AsyncIterable<Uint8Array>,
  mediaType: string,
  end: () => Frame['events'],
): AsyncGenerator<Frame> {
  let begun = false;
  for await (const piece of pieces) {
    if (piece.byteLength === 0) continue;
    const data = Buffer.from(piece).toString('base64');
    yield {
      events: [
        ...(begun ? [] : [{ type: 'start' as const }]),
        { type: 'speech-delta', data, ...(!begun && { mediaType }) },
      ],
    };
    begun = true;
  }
  if (!begun) throw badResponse('The vendor sent no sound.');
  yield { events: [...end(), { type: 'finish', choice: 0, reason: { unified: 'stop' } }] };
}

/** Raw samples as they are, or behind the header of a WAV stream; a header alone would be taken for sound. */
export async function* asPcmOrWav(
  samples: AsyncIterable<Uint8Array>,
  format: 'pcm' | 'wav',
  pcm: PcmFormat,
): AsyncGenerator<Uint8Array> {
  let begun = format === 'pcm';
  for await (const piece of samples) {
    if (!begun) yield wavHeader(pcm);
    begun = true;
    yield piece;
  }
}

export async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Warns of what a vendor has no field for; `known` are those that it has. */
export function warnOfSpeechFields(
  { instructions, speed, language, source: { body } }: SpeechCall,
  known: readonly string[],
  warnings: Warnings,
): void {
  const asked = { ...body, instructions, speed, language };
  for (const [name, value] of Object.entries(asked)) {
    const isUsual = value === undefined || value === null || (name === 'speed' && value === 1);
    if (isUsual || COMMON.has(name) || OWN_FIELDS.has(name) || known.includes(name)) continue;
    warnings.add('unsupported', name, 'The vendor has no such field.');
  }
}

const COMMON: ReadonlySet<string> = new Set(['model', 'input', 'voice', 'response_format', 'stream_format']);
