import type { TranscriptionCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Bytes of a second of the thinnest speech that vendors take: Opus at 6 kbit/s. */
const LEAST_BYTES_A_SECOND = 750;

/** The file's own length where it tells one; else what so many bytes can hold at the most. */
export function transcriptionDemand({ audio, durationSeconds, prompt = '' }: TranscriptionCall): MediaSize {
  const bytes = Math.ceil((audio.data.length * 3) / 4);
  const textBytes = utf8Length(prompt);
  return {
    textBytes,
    units: { input: textBytes, audio_seconds: Math.ceil(durationSeconds ?? bytes / LEAST_BYTES_A_SECOND) },
    asked: {},
  };
}
