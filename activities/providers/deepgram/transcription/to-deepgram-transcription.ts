import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { needsSpeakers, warnOfTranscriptionFields } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';

/** Options of Deepgram's own that a caller may name, as far as they cost no more. */
const OWN = ['smart_format', 'punctuate', 'numerals', 'profanity_filter', 'filler_words', 'paragraphs'];

/** https://developers.deepgram.com/reference/speech-to-text-api/listen: options in the query, the sound as the body. */
export function toDeepgramTranscription({ call, offer }: MediaAttempt<TranscriptionCall>): {
  readonly path: string;
  readonly warnings: readonly Warning[];
} {
  if (call.task === 'translate') throw refuseCall('The vendor does not translate. Name another model.', 'model');
  const warnings = createWarnings();
  warnOfTranscriptionFields(call, ['language', ...OWN], warnings);
  const { language, source } = call;
  const own = OWN.flatMap((name) => {
    const value = source.body[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const query = new URLSearchParams({
    model: offer.vendorModel,
    ...(language === undefined ? { detect_language: 'true' } : { language }),
    smart_format: 'true',
    ...(needsSpeakers(call) && { diarize: 'true' }),
    ...Object.fromEntries(own),
  });
  return { path: `/listen?${query.toString()}`, warnings: warnings.list() };
}
