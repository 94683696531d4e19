import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { badResponse } from '../../json-answer.js';
import { asNumber, asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { needsSpeakers, segmentsOfWords, type SpokenWord, transcriptionUsage } from '../../transcript-frames.js';

/** Scribe's answer, which lists words, the spaces between them and other sounds. Throws `bad_response` without a text. */
export function fromElevenLabsTranscription(answer: Json, attempt: MediaAttempt<TranscriptionCall>): Frame {
  const body = asObject(answer);
  const text = body?.['text'];
  if (body === undefined || typeof text !== 'string') throw badResponse('The vendor sent no transcript.');
  const spoken = asObjects(body['words']).flatMap((item): readonly SpokenWord[] => {
    const word = asText(item['text']);
    if (item['type'] !== 'word' || word === undefined) return [];
    const speaker = needsSpeakers(attempt.call) ? asText(item['speaker_id']) : undefined;
    const [start, end] = [asNumber(item['start']) ?? 0, asNumber(item['end']) ?? 0];
    return [{ word, start, end, ...(speaker !== undefined && { speaker }) }];
  });
  const language = asText(body['language_code']);
  const durationSeconds = asNumber(body['audio_duration_secs']);
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
      ...transcriptionUsage(attempt, {}, { durationSeconds }),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
}
