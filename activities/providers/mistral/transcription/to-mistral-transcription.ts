import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { type FormPart, type FormUpload, toUpload } from '../../multipart-body.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { needsSpeakers, needsTimes, warnOfTranscriptionFields } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';

/** `AudioTranscriptionRequest` of Mistral's OpenAPI. */
export function toMistralTranscription({ call, offer }: MediaAttempt<TranscriptionCall>): {
  readonly parts: readonly FormPart[];
  readonly uploads: readonly FormUpload[];
  readonly warnings: readonly Warning[];
} {
  if (call.task === 'translate') throw refuseCall('The vendor does not translate. Name another model.', 'model');
  const warnings = createWarnings();
  warnOfTranscriptionFields(call, ['language', 'temperature', 'context_bias'], warnings);
  const { audio, filename, language, temperature, source } = call;
  const bias = [source.body['context_bias'] ?? []].flat().filter((word) => typeof word === 'string');
  const timed = needsTimes(call) || needsSpeakers(call);
  // One granularity at a time; segments are made of words where both are wanted.
  const granularity = call.timestamps.includes('word') ? 'word' : 'segment';
  return {
    parts: [
      { name: 'model', value: offer.vendorModel },
      // "Timestamps and language are mutually exclusive", says https://docs.mistral.ai/capabilities/audio_transcription.
      ...(language !== undefined && !timed ? [{ name: 'language', value: language }] : []),
      ...(temperature !== undefined ? [{ name: 'temperature', value: String(temperature) }] : []),
      ...bias.map((value) => ({ name: 'context_bias', value })),
      ...(call.stream ? [{ name: 'stream', value: 'true' }] : []),
      ...(timed ? [{ name: 'timestamp_granularities', value: granularity }] : []),
      ...(needsSpeakers(call) ? [{ name: 'diarize', value: 'true' }] : []),
    ],
    uploads: [toUpload({ name: 'file', filename }, audio)],
    warnings: warnings.list(),
  };
}
