import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptSegment } from '../../../../workflows/contracts/media-answers.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { badResponse } from '../../json-answer.js';
import { asCount, asNumber, asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { segmentsOfWords, transcriptionUsage } from '../../transcript-frames.js';

/** `TranscriptionResponse`, or `TranscriptionStreamDone`, which has the same. Throws `bad_response` without a text. */
export function fromMistralTranscription(
  body: JsonObject | undefined,
  attempt: MediaAttempt<TranscriptionCall>,
): Frame['events'] {
  const text = body?.['text'];
  if (body === undefined || typeof text !== 'string') throw badResponse('The vendor sent no transcript.');
  const language = asText(body['language']);
  return [
    { type: 'transcript', text, ...(language !== undefined && { language }), ...timesOf(body, attempt) },
    ...usageOf(asObject(body['usage']), attempt),
    { type: 'finish', choice: 0, reason: { unified: 'stop' } },
  ];
}

export type MistralStep = 'open' | 'done';

/** `TranscriptionStreamEvents`. */
export function readMistralEvent(
  event: JsonObject,
  attempt: MediaAttempt<TranscriptionCall>,
): readonly [MistralStep, Frame['events']] {
  switch (event['type']) {
    case 'transcription.text.delta':
      return ['open', [{ type: 'transcript-delta', text: asText(event['text']) ?? '' }]];
    case 'transcription.segment':
      return ['open', [{ type: 'transcript-segment', segment: toSegment(event) }]];
    case 'transcription.done':
      return ['done', fromMistralTranscription(event, attempt)];
    default:
      return ['open', []];
  }
}

/** What it lists are words where words were asked for. */
function timesOf(
  body: JsonObject,
  { call }: MediaAttempt<TranscriptionCall>,
): Pick<Extract<AnswerEvent, { type: 'transcript' }>, 'segments' | 'words'> {
  const listed = asObjects(body['segments']).map(toSegment);
  if (listed.length === 0) return {};
  if (!call.timestamps.includes('word')) return { segments: listed };
  const words = listed.map(({ text, ...times }) => ({ ...times, word: text.trim() }));
  return { words: words.map(({ word, start, end }) => ({ word, start, end })), segments: segmentsOfWords(words) };
}

function toSegment(item: JsonObject): TranscriptSegment {
  const speaker = asText(item['speaker_id']);
  return {
    start: asNumber(item['start']) ?? 0,
    end: asNumber(item['end']) ?? 0,
    text: asText(item['text']) ?? '',
    ...(speaker !== undefined && { speaker }),
  };
}

function usageOf(usage: JsonObject | undefined, attempt: MediaAttempt<TranscriptionCall>): Frame['events'] {
  const seconds = asNumber(usage?.['prompt_audio_seconds']);
  const [input, output] = [asCount(usage?.['prompt_tokens']), asCount(usage?.['completion_tokens'])];
  const units: UnitCounts = {
    ...(seconds !== undefined && { audio_seconds: Math.ceil(seconds) }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  };
  return transcriptionUsage(attempt, units, { raw: usage });
}
