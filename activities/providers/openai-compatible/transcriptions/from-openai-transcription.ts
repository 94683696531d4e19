import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptSegment, TranscriptWord } from '../../../../workflows/contracts/media-answers.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { badResponse } from '../../json-answer.js';
import { asCount, asNumber, asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { transcriptionUsage } from '../../transcript-frames.js';
import type { VendorFormat } from './profile.js';

/** A whole answer in JSON. Throws `bad_response` where it holds no text. */
export function fromOpenAiTranscription(
  answer: Json,
  attempt: MediaAttempt<TranscriptionCall>,
  format: VendorFormat,
): Frame {
  const body = asObject(answer);
  const text = body?.['text'];
  if (body === undefined || typeof text !== 'string') throw badResponse('The vendor sent no transcript.');
  const language = asText(body['language']);
  const durationSeconds = asNumber(body['duration']);
  const segments = asObjects(body['segments']).map(toSegment);
  const words = asObjects(body['words']).map(toWord);
  return {
    events: [
      { type: 'start' },
      {
        type: 'transcript',
        text,
        ...(language !== undefined && { language }),
        ...(durationSeconds !== undefined && { durationSeconds }),
        ...(segments.length > 0 && { segments }),
        ...(words.length > 0 && { words }),
      },
      ...readTranscriptionUsage(asObject(body['usage']), attempt, durationSeconds),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
    // Only what the caller has asked for is its answer; anything else is material for it.
    ...(format === attempt.call.format && { wire: { dialect: 'openai-transcriptions', streamed: false, body } }),
  };
}

const SEGMENT_FIELDS: ReadonlySet<string> = new Set(['start', 'end', 'text', 'speaker', 'type']);

export function toSegment(item: JsonObject): TranscriptSegment {
  const speaker = asText(item['speaker']);
  const rest = Object.entries(item).filter(([name]) => !SEGMENT_FIELDS.has(name));
  return {
    start: asNumber(item['start']) ?? 0,
    end: asNumber(item['end']) ?? 0,
    text: asText(item['text']) ?? '',
    ...(speaker !== undefined && { speaker }),
    ...(rest.length > 0 && { extras: Object.fromEntries(rest) }),
  };
}

function toWord(item: JsonObject): TranscriptWord {
  return {
    start: asNumber(item['start']) ?? 0,
    end: asNumber(item['end']) ?? 0,
    word: asText(item['word']) ?? '',
  };
}

/** `TranscriptTextUsageTokens` or `TranscriptTextUsageDuration`; tokens of sound are within `input_tokens`. */
export function readTranscriptionUsage(
  usage: JsonObject | undefined,
  attempt: MediaAttempt<TranscriptionCall>,
  durationSeconds?: number,
): Frame['events'] {
  const seconds = asNumber(usage?.['seconds']);
  const input = asCount(usage?.['input_tokens']);
  const audio = asCount(asObject(usage?.['input_token_details'])?.['audio_tokens']);
  const output = asCount(usage?.['output_tokens']);
  const units: UnitCounts = {
    ...(seconds !== undefined && { audio_seconds: Math.ceil(seconds) }),
    ...(input !== undefined && { input: input - Math.min(audio ?? 0, input) }),
    ...(audio !== undefined && { input_audio: audio }),
    ...(output !== undefined && { output }),
  };
  return transcriptionUsage(attempt, units, { durationSeconds, raw: usage });
}
