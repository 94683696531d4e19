import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { type FormPart, type FormUpload, toUpload } from '../../multipart-body.js';
import { OWN_FIELDS } from '../../own-fields.js';
import type { MediaAttempt } from '../../port.js';
import { refuseUnable } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';
import { type TranscriptionProfile, type VendorFormat, vendorFormatOf } from './profile.js';

export interface OpenAiTranscriptionRequest {
  readonly parts: readonly FormPart[];
  readonly uploads: readonly FormUpload[];
  readonly format: VendorFormat;
  readonly streams: boolean;
  readonly warnings: readonly Warning[];
}

/** Fields that are decided here. */
const DECIDED: ReadonlySet<string> = new Set(['model', 'response_format', 'stream', 'timestamp_granularities']);

/** The caller's own fields, with the vendor's model and the format that the caller's can be made of. */
export function toOpenAiTranscription(
  { call, offer }: MediaAttempt<TranscriptionCall>,
  { traitsOf, knownFields }: TranscriptionProfile,
): OpenAiTranscriptionRequest {
  const traits = traitsOf(offer.vendorModel);
  refuseUnable(call, { times: traits.times || traits.speakers, speakers: traits.speakers });
  const warnings = createWarnings();
  const format = vendorFormatOf(call, traits);
  const streams = call.stream && traits.streams;
  const kept = Object.entries(call.source.body).filter(([name]) => {
    if (OWN_FIELDS.has(name) || DECIDED.has(name)) return false;
    if (knownFields === undefined || knownFields.includes(name)) return true;
    warnings.add('unsupported', name, 'The vendor has no such field.');
    return false;
  });
  const timestamps = format === 'verbose_json' ? call.timestamps : [];
  const { audio, filename } = call;
  return {
    parts: [
      { name: 'model', value: offer.vendorModel },
      { name: 'response_format', value: format },
      ...(streams ? [{ name: 'stream', value: 'true' }] : []),
      ...kept.flatMap(([name, value]) => toParts(name, value)),
      ...timestamps.map((value) => ({ name: 'timestamp_granularities[]', value })),
      ...(needsChunking(call, format) ? [{ name: 'chunking_strategy', value: 'auto' }] : []),
    ],
    uploads: [toUpload({ name: 'file', filename }, audio)],
    format,
    streams,
    warnings: warnings.list(),
  };
}

function toParts(name: string, value: Json | undefined): readonly FormPart[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item) => toParts(`${name}[]`, item));
  }
  if (value === undefined || value === null) return [];
  return [{ name, value: typeof value === 'string' ? value : JSON.stringify(value) }];
}

/** "Required when using `gpt-4o-transcribe-diarize` for inputs longer than 30 seconds." */
function needsChunking({ source }: TranscriptionCall, format: VendorFormat): boolean {
  const isGiven = Object.keys(source.body).some((name) => name.startsWith('chunking_strategy'));
  return format === 'diarized_json' && !isGiven;
}
