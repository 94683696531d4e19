import type { Offer } from '../../../../workflows/contracts/offers.js';
import type { SpeechFormat } from '../../../../workflows/contracts/media-calls.js';

/** In what the vendors of `POST /audio/speech` differ. */
export interface SpeechProfile {
  readonly formats: readonly [SpeechFormat, ...SpeechFormat[]];
  /** Whether the model sends its sound in events, of which the last reports the tokens. */
  readonly sendsEvents: (offer: Offer) => boolean;
  /** The fields that it knows; absent where unknown ones are its own to judge. */
  readonly knownFields?: readonly string[];
}

/** https://platform.openai.com/docs/api-reference/audio/createSpeech: "`sse` is not supported for `tts-1` or `tts-1-hd`", which charge by the character. */
export const OPENAI_SPEECH: SpeechProfile = {
  formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
  sendsEvents: ({ prices }) => prices.characters === undefined,
};

/** https://console.groq.com/docs/text-to-speech: Orpheus makes WAV only. */
export const GROQ_SPEECH: SpeechProfile = {
  formats: ['wav'],
  sendsEvents: () => false,
  knownFields: ['input', 'voice', 'response_format', 'sample_rate', 'speed'],
};
