import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { readGoogleUsage } from '../chat/google-usage.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { transcriptionUsage } from '../../transcript-frames.js';

/** Throws `bad_response` where the answer has no text, as where its length or a filter ended it. */
export function fromGoogleTranscription(answer: Json, attempt: MediaAttempt<TranscriptionCall>): Frame {
  const body = asObject(answer) ?? {};
  const [candidate] = asObjects(body['candidates']);
  const ending = asText(candidate?.['finishReason']);
  if (candidate === undefined || (ending !== undefined && ending !== 'STOP')) {
    throw badResponse(`The vendor sent no whole transcript (${ending ?? 'no candidate'}).`);
  }
  const text = asObjects(asObject(candidate['content'])?.['parts'])
    .filter((part) => part['thought'] !== true)
    .map((part) => asText(part['text']) ?? '')
    .join('')
    .trim();
  const metadata = asObject(body['usageMetadata']);
  const usage = metadata && readGoogleUsage(metadata);
  return {
    events: [
      { type: 'start' },
      { type: 'transcript', text },
      ...transcriptionUsage(attempt, usage?.units ?? {}, { raw: usage?.raw }),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
}
