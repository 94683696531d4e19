import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';

/** What a model can tell of what it has heard. */
export interface TranscriptionTraits {
  /** Times of segments and words (`verbose_json`). */
  readonly times: boolean;
  /** Who says what (`diarized_json`), with times of segments. */
  readonly speakers: boolean;
  readonly streams: boolean;
}

/** In what the vendors of `POST /audio/transcriptions` differ. */
export interface TranscriptionProfile {
  readonly traitsOf: (vendorModel: string) => TranscriptionTraits;
  /** The fields that it knows; absent where unknown ones are its own to judge. */
  readonly knownFields?: readonly string[];
}

const WHISPER: TranscriptionTraits = { times: true, speakers: false, streams: false };
const DIARIZING: TranscriptionTraits = { times: false, speakers: true, streams: true };
const PLAIN: TranscriptionTraits = { times: false, speakers: false, streams: true };

/**
 * https://platform.openai.com/docs/api-reference/audio/createTranscription, `response_format`: "for `gpt-4o-transcribe` and
 * `gpt-4o-mini-transcribe`, the only supported format is `json`"; `stream` is "not supported for the `whisper-1` model".
 */
export const OPENAI_TRANSCRIPTIONS: TranscriptionProfile = {
  traitsOf: (model) => (model.includes('whisper') ? WHISPER : model.includes('diarize') ? DIARIZING : PLAIN),
};

/** https://console.groq.com/docs/speech-to-text: Whisper, without streams. */
export const GROQ_TRANSCRIPTIONS: TranscriptionProfile = {
  traitsOf: () => WHISPER,
  knownFields: ['language', 'prompt', 'response_format', 'temperature', 'timestamp_granularities'],
};

export type VendorFormat = 'json' | 'verbose_json' | 'diarized_json';

/** What the vendor is asked for, so that the caller's format can be made of it. */
export function vendorFormatOf({ format }: TranscriptionCall, { times, speakers }: TranscriptionTraits): VendorFormat {
  if (format === 'json' || format === 'text') return 'json';
  if (speakers) return 'diarized_json';
  return times ? 'verbose_json' : 'json';
}
