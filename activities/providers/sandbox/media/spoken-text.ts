import { WAV_HEADER_BYTES } from '../../wav.js';

// How the sandbox speaks: each byte of the text is 20 ms of a level of its own, so that its transcription can read it back.

export const SANDBOX_PCM = { sampleRate: 8_000 };
const SAMPLES_A_BYTE = 160;
const STEP = 200;
/** What its speech begins with, and nobody else's. */
const MARK = [1, 83, 76];
export const SECONDS_A_BYTE = SAMPLES_A_BYTE / SANDBOX_PCM.sampleRate;

/** Samples of 16 bits. */
export function speak(text: string): Uint8Array {
  const bytes = Buffer.from([...MARK, ...Buffer.from(text)]);
  const samples = Buffer.alloc(bytes.length * SAMPLES_A_BYTE * 2);
  for (const [index, byte] of bytes.entries()) {
    for (let at = 0; at < SAMPLES_A_BYTE; at += 1) {
      samples.writeInt16LE((byte - 128) * STEP, (index * SAMPLES_A_BYTE + at) * 2);
    }
  }
  return samples;
}

/** The text of a file that the sandbox has spoken; undefined for any other. */
export function hear(file: Buffer): string | undefined {
  const count = Math.floor((file.length - WAV_HEADER_BYTES) / (SAMPLES_A_BYTE * 2));
  if (count < MARK.length || file.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  const bytes = Array.from({ length: count }, (_, index) => {
    const level = file.readInt16LE(WAV_HEADER_BYTES + index * SAMPLES_A_BYTE * 2);
    return Math.round(level / STEP) + 128;
  });
  if (!MARK.every((byte, index) => bytes[index] === byte)) return undefined;
  return Buffer.from(bytes.slice(MARK.length).map((byte) => byte & 255)).toString();
}
