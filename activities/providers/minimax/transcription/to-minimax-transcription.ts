import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { type FormPart, type FormUpload, toUpload } from '../../multipart-body.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { needsSpeakers, needsTimes, warnOfTranscriptionFields } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';

/** https://platform.minimax.io/docs/api-reference/speech-to-text: a form, with the language in a header. */
export function toMiniMaxTranscription({ call, offer }: MediaAttempt<TranscriptionCall>): {
  readonly parts: readonly FormPart[];
  readonly uploads: readonly FormUpload[];
  readonly headers: { readonly [name: string]: string };
  readonly warnings: readonly Warning[];
} {
  if (call.task === 'translate') throw refuseCall('The vendor does not translate. Name another model.', 'model');
  const warnings = createWarnings();
  warnOfTranscriptionFields(call, ['language'], warnings);
  const { audio, filename } = call;
  const detailed = needsTimes(call) || needsSpeakers(call);
  return {
    parts: [
      { name: 'model', value: offer.vendorModel },
      { name: 'response_format', value: detailed ? 'verbose_json' : 'json' },
      // One level at a time; segments are made of words where both are wanted.
      ...(call.timestamps.includes('word') ? [{ name: 'timestamp_level', value: 'word' }] : []),
      // "They cannot be combined with `stream=true`", the guide says of the formats with times and speakers.
      ...(call.stream && !detailed ? [{ name: 'stream', value: 'true' }] : []),
    ],
    uploads: [toUpload({ name: 'file', filename }, audio)],
    headers: languageHeader(call),
    warnings: warnings.list(),
  };
}

/** A tag of BCP 47, before it stands in a header. */
function languageHeader({ language }: TranscriptionCall): { readonly [name: string]: string } {
  if (language === undefined) return {};
  if (!/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(language)) {
    throw refuseCall('The vendor takes a language by its tag, such as `en`.', 'language');
  }
  return { language };
}
