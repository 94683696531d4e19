import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { MediaCapabilities } from '../../port.js';
import { formatFor, SPEECH_TYPES, speechUsage } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';
import { wavHeader } from '../../wav.js';
import { withManners } from './audio-manners.js';
import { SANDBOX_PCM, speak } from './spoken-text.js';

const BYTES_A_PIECE = 16_384;

/** A sound that is no voice, always the same for a text, and that the sandbox's transcription reads back. */
export const speakInSandbox: NonNullable<MediaCapabilities['speech']> = (attempt) => {
  const { call } = attempt;
  const warnings = createWarnings();
  const format = formatFor(call, ['wav', 'pcm'], warnings) as 'wav' | 'pcm';
  const samples = speak(call.text);
  const sound = format === 'wav' ? Buffer.concat([wavHeader(SANDBOX_PCM, samples.length), samples]) : samples;
  const pieces = Array.from({ length: Math.ceil(sound.length / BYTES_A_PIECE) }, (_, index): Frame => {
    const piece = sound.subarray(index * BYTES_A_PIECE, (index + 1) * BYTES_A_PIECE);
    const data = Buffer.from(piece).toString('base64');
    return { events: [{ type: 'speech-delta', data, ...(index === 0 && { mediaType: SPEECH_TYPES[format] }) }] };
  });
  const told = warnings.list().map((warning) => ({ type: 'warning' as const, warning }));
  return withManners(
    [
      { events: [...told, { type: 'start' }] },
      ...pieces,
      { events: [...speechUsage(attempt), { type: 'finish', choice: 0, reason: { unified: 'stop' } }] },
    ],
    attempt,
  );
};
