import type { TranscriptionCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Bytes of a second of the thinnest speech that vendors take: Opus at 6 kbit/s. */
const LEAST_BYTES_A_SECOND = 750;
/** Gemini's 32 tokens a second (https://ai.google.dev/gemini-api/docs/audio); OpenAI counts 10. */
const AUDIO_TOKENS_A_SECOND = 32;
/** The fastest speakers say six words a second; times, speakers and marks stand beside them. */
const TEXT_TOKENS_A_SECOND = 20;
/** What an adapter may ask in words, and what every answer has around its text. */
const TOKENS_AROUND = 256;

/** The file's own length where it tells one; else what so many bytes can hold at the most. */
export function transcriptionDemand({ audio, durationSeconds, prompt = '' }: TranscriptionCall): MediaSize {
  const bytes = audio.type === 'stored' ? audio.bytes : Math.ceil((audio.data.length * 3) / 4);
  const textBytes = utf8Length(prompt);
  const seconds = Math.max(1, Math.ceil(durationSeconds ?? bytes / LEAST_BYTES_A_SECOND));
  return {
    textBytes,
    units: {
      input: textBytes + TOKENS_AROUND,
      input_audio: seconds * AUDIO_TOKENS_A_SECOND,
      audio_seconds: seconds,
      output: seconds * TEXT_TOKENS_A_SECOND + TOKENS_AROUND,
    },
    usual: { input_audio: seconds * AUDIO_TOKENS_A_SECOND, audio_seconds: seconds },
    asked: {},
  };
}
