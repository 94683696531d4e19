import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { SpeechCall, SpeechFormat } from '../../../../workflows/contracts/media-calls.js';
import { OWN_FIELDS } from '../../own-fields.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';
import type { SpeechProfile } from './profile.js';

export interface OpenAiSpeechRequest {
  readonly body: JsonObject;
  readonly format: SpeechFormat;
  readonly warnings: readonly Warning[];
}

/** The caller's own fields, of which all but the stream's form are the vendor's too. */
export function toOpenAiSpeech(
  { call, offer }: MediaAttempt<SpeechCall>,
  { formats, sendsEvents, knownFields }: SpeechProfile,
): OpenAiSpeechRequest {
  const warnings = createWarnings();
  const format = formatFor(call, formats, warnings);
  const fields = Object.entries(call.source.body).filter(([name]) => !OWN_FIELDS.has(name) && name !== 'stream_format');
  const kept = fields.filter(([name, value]) => {
    if (knownFields === undefined || knownFields.includes(name) || name === 'model' || value === null) return true;
    warnings.add('unsupported', name, 'The vendor has no such field.');
    return false;
  });
  const body = {
    ...Object.fromEntries(kept),
    model: offer.vendorModel,
    response_format: format,
    ...(sendsEvents(offer) && { stream_format: 'sse' }),
  };
  return { body, format, warnings: warnings.list() };
}
