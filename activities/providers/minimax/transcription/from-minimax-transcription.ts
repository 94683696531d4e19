import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptSegment } from '../../../../workflows/contracts/media-answers.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { badResponse } from '../../json-answer.js';
import { asNumber, asObject, asObjects, asText } from '../../json-fields.js';
import { type MediaAttempt, ProviderFailure } from '../../port.js';
import { needsSpeakers, segmentsOfWords, transcriptionUsage } from '../../transcript-frames.js';
import { wordsAsWritten } from './words-as-written.js';

/** `AsrResp`, which is charged by its `duration`. Throws `bad_response` without a text. */
export function fromMiniMaxTranscription(body: JsonObject, attempt: MediaAttempt<TranscriptionCall>): Frame['events'] {
  throwWhatFailed(body);
  const { text } = body;
  if (typeof text !== 'string') throw badResponse('The vendor sent no transcript.');
  const durationSeconds = asNumber(body['duration']);
  const { language } = attempt.call;
  const reported = durationSeconds === undefined ? {} : { audio_seconds: Math.ceil(durationSeconds) };
  return [
    {
      ...{ type: 'transcript', text, ...timesOf(body, text, attempt) },
      ...(language !== undefined && { language }),
      ...(durationSeconds !== undefined && { durationSeconds }),
    },
    ...transcriptionUsage(attempt, reported, { durationSeconds }),
    { type: 'finish', choice: 0, reason: { unified: 'stop' } },
  ];
}

/** Its refusals here have a status of their own; those under HTTP 200 are as in its other APIs. */
export function throwWhatFailed(body: JsonObject): void {
  const status = asObject(body['base_resp'])?.['status_code'] ?? 0;
  if (asObject(body['error']) === undefined && status === 0) return;
  const { failure, detail } = classifyErrorEvent(body);
  throw new ProviderFailure(failure, detail);
}

/** What it lists are words, in Chinese characters, where words were asked for. */
function timesOf(
  body: JsonObject,
  text: string,
  { call }: MediaAttempt<TranscriptionCall>,
): Pick<Extract<AnswerEvent, { type: 'transcript' }>, 'segments' | 'words'> {
  const listed = asObjects(body['segments']).map((item) => toSegment(item, needsSpeakers(call)));
  if (listed.length === 0) return {};
  if (!call.timestamps.includes('word')) return { segments: listed };
  const words = listed.map(({ text: said, ...times }) => ({ ...times, word: said.trim() }));
  return {
    words: words.map(({ word, start, end }) => ({ word, start, end })),
    segments: segmentsOfWords(wordsAsWritten(words, text)),
  };
}

/** It tells the speaker of each beside its times, whether or not anybody has asked. */
function toSegment(item: JsonObject, withSpeaker: boolean): TranscriptSegment {
  const speaker = withSpeaker ? asText(item['speaker']) : undefined;
  return {
    start: asNumber(item['start']) ?? 0,
    end: asNumber(item['end']) ?? 0,
    text: asText(item['text']) ?? '',
    ...(speaker !== undefined && { speaker }),
  };
}
