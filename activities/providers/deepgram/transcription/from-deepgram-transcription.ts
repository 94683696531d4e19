import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { badResponse } from '../../json-answer.js';
import { asNumber, asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { needsSpeakers, segmentsOfWords, type SpokenWord, transcriptionUsage } from '../../transcript-frames.js';

/** The first reading of the first channel. Throws `bad_response` without one. */
export function fromDeepgramTranscription(answer: Json, attempt: MediaAttempt<TranscriptionCall>): Frame {
  const body = asObject(answer);
  const [channel] = asObjects(asObject(body?.['results'])?.['channels']);
  const [reading] = asObjects(channel?.['alternatives']);
  const text = reading?.['transcript'];
  if (body === undefined || reading === undefined || typeof text !== 'string') {
    throw badResponse('The vendor sent no transcript.');
  }
  const spoken = asObjects(reading['words']).map((item) => toWord(item, needsSpeakers(attempt.call)));
  const language = asText(channel?.['detected_language']) ?? attempt.call.language;
  const durationSeconds = asNumber(asObject(body['metadata'])?.['duration']);
  const reported = durationSeconds === undefined ? {} : { audio_seconds: Math.ceil(durationSeconds) };
  return {
    events: [
      { type: 'start' },
      {
        type: 'transcript',
        text,
        ...(language !== undefined && { language }),
        ...(durationSeconds !== undefined && { durationSeconds }),
        segments: segmentsOfWords(spoken),
        words: spoken.map(({ word, start, end }) => ({ word, start, end })),
      },
      ...transcriptionUsage(attempt, reported, { durationSeconds }),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
}

/** With its capital letter and its marks, where the vendor was asked for them. */
function toWord(item: JsonObject, withSpeaker: boolean): SpokenWord {
  const speaker = asNumber(item['speaker']);
  return {
    word: asText(item['punctuated_word']) ?? asText(item['word']) ?? '',
    start: asNumber(item['start']) ?? 0,
    end: asNumber(item['end']) ?? 0,
    ...(withSpeaker && speaker !== undefined && { speaker: String(speaker) }),
  };
}
