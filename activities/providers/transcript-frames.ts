import type { Frame } from '../../workflows/contracts/answer.js';
import type { TranscriptSegment, TranscriptWord } from '../../workflows/contracts/media-answers.js';
import type { TranscriptionCall } from '../../workflows/contracts/media-calls.js';
import type { UnitCounts, Usage } from '../../workflows/contracts/usage.js';
import { pricedUnits } from '../../workflows/domain/priced-units.js';
import type { MediaAttempt } from './port.js';
import { OWN_FIELDS } from './own-fields.js';
import { refuseCall } from './refuse-call.js';
import type { Warnings } from './warnings.js';

/** Formats that need times. */
const TIMED: ReadonlySet<TranscriptionCall['format']> = new Set(['srt', 'vtt', 'verbose_json']);

export function needsTimes({ format, timestamps }: TranscriptionCall): boolean {
  return TIMED.has(format) || timestamps.length > 0;
}

export function needsSpeakers({ format, diarize }: TranscriptionCall): boolean {
  return format === 'diarized_json' || diarize === true;
}

/** Refuses what a model cannot do and what no answer would be without. */
export function refuseUnable(
  call: TranscriptionCall,
  able: { readonly times: boolean; readonly speakers: boolean },
): void {
  if (needsTimes(call) && !able.times) {
    throw refuseCall('The model tells no times. Ask for json or text, or name another model.', 'response_format');
  }
  if (needsSpeakers(call) && !able.speakers) {
    throw refuseCall('The model tells no speakers apart. Name another model.', 'response_format');
  }
}

/**
 * Usage in the units that the offer has prices for: what the vendor reports; of seconds that it does not report, those that
 * the file itself tells, or the transcript's own. Nothing where neither is known: it is counted from the call then.
 */
export function transcriptionUsage(
  { call, offer }: MediaAttempt<TranscriptionCall>,
  reported: UnitCounts,
  { durationSeconds, raw }: { readonly durationSeconds?: number | undefined; readonly raw?: Usage['raw'] | undefined },
): Frame['events'] {
  const seconds = durationSeconds ?? call.durationSeconds;
  const known = { ...(seconds !== undefined && { audio_seconds: Math.max(1, Math.ceil(seconds)) }), ...reported };
  const units = pricedUnits(known, offer.prices);
  if (Object.keys(units).length === 0) return [];
  const isReported = Object.keys(pricedUnits(reported, offer.prices)).length > 0;
  return [
    { type: 'usage', usage: { units, source: isReported ? 'reported' : 'counted', ...(raw !== undefined && { raw }) } },
  ];
}

const LONGEST_SEGMENT_SECONDS = 8;
const LONGEST_SEGMENT_CHARACTERS = 84;

/** A word with the marks that follow it, and who says it. */
export interface SpokenWord extends TranscriptWord {
  readonly speaker?: string;
  /** As it stands in the text, with its marks and the space behind it, if any; by itself and with a space where absent. */
  readonly written?: string;
}

/** Stretches of speech made of words: to the end of a sentence, a change of the speaker, or as much as two lines hold. */
export function segmentsOfWords(words: readonly SpokenWord[]): readonly TranscriptSegment[] {
  const segments: SpokenWord[][] = [];
  for (const word of words) {
    const open = segments.at(-1);
    if (open !== undefined && goesOn(open, word)) open.push(word);
    else segments.push([word]);
  }
  return segments.map((spoken) => {
    const [first, last] = [spoken[0], spoken.at(-1)];
    const speaker = first?.speaker;
    return {
      start: first?.start ?? 0,
      end: last?.end ?? 0,
      text: textOf(spoken),
      ...(speaker !== undefined && { speaker }),
    };
  });
}

function goesOn(open: readonly SpokenWord[], word: SpokenWord): boolean {
  const [first, last] = [open[0], open.at(-1)];
  if (first === undefined || last === undefined) return false;
  return (
    first.speaker === word.speaker &&
    !/[.!?。！？]$/.test((last.written ?? last.word).trim()) &&
    word.end - first.start <= LONGEST_SEGMENT_SECONDS &&
    textOf([...open, word]).length <= LONGEST_SEGMENT_CHARACTERS
  );
}

function textOf(words: readonly SpokenWord[]): string {
  return words
    .map(({ word, written }) => written ?? `${word.trim()} `)
    .join('')
    .trim();
}

/** Warns of what a vendor has no field for; `known` are those that it has. */
export function warnOfTranscriptionFields(
  { source: { body } }: TranscriptionCall,
  known: readonly string[],
  warnings: Warnings,
): void {
  for (const name of Object.keys(body)) {
    if (COMMON.has(name) || OWN_FIELDS.has(name) || known.includes(name)) continue;
    warnings.add('unsupported', name, 'The vendor has no such field.');
  }
}

const COMMON: ReadonlySet<string> = new Set(['model', 'response_format', 'stream', 'timestamp_granularities']);
