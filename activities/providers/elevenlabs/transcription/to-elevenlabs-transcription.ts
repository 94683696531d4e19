import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { type FormPart, type FormUpload, toUpload } from '../../multipart-body.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { needsSpeakers, warnOfTranscriptionFields } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';

const OWN = ['num_speakers', 'tag_audio_events', 'seed', 'diarization_threshold'];

/** https://elevenlabs.io/docs/api-reference/speech-to-text/convert. */
export function toElevenLabsTranscription({ call, offer }: MediaAttempt<TranscriptionCall>): {
  readonly parts: readonly FormPart[];
  readonly uploads: readonly FormUpload[];
  readonly warnings: readonly Warning[];
} {
  if (call.task === 'translate') throw refuseCall('The vendor does not translate. Name another model.', 'model');
  const warnings = createWarnings();
  warnOfTranscriptionFields(call, ['language', 'temperature', ...OWN], warnings);
  const { audio, filename, language, temperature, source } = call;
  return {
    parts: [
      { name: 'model_id', value: offer.vendorModel },
      { name: 'timestamps_granularity', value: 'word' },
      { name: 'diarize', value: String(needsSpeakers(call)) },
      ...(language !== undefined ? [{ name: 'language_code', value: language }] : []),
      ...(temperature !== undefined ? [{ name: 'temperature', value: String(temperature) }] : []),
      ...OWN.flatMap((name) => {
        const value = source.body[name];
        return typeof value === 'string' ? [{ name, value }] : [];
      }),
    ],
    uploads: [toUpload({ name: 'file', filename }, audio)],
    warnings: warnings.list(),
  };
}
