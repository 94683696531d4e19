/** Samples of one channel, 16 bits each. */
export interface PcmFormat {
  readonly sampleRate: number;
}

export const WAV_HEADER_BYTES = 44;
const BYTES_A_SAMPLE = 2;
/** A length that is not known yet, as players of streams take it. */
const UNKNOWN = 0xffffffff;

/** The header of a WAV file (RIFF, format 1) before so many bytes of samples; without their number, of a stream. */
export function wavHeader({ sampleRate }: PcmFormat, dataBytes?: number): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(dataBytes === undefined ? UNKNOWN : WAV_HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * BYTES_A_SAMPLE, 28);
  header.writeUInt16LE(BYTES_A_SAMPLE, 32);
  header.writeUInt16LE(BYTES_A_SAMPLE * 8, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes ?? UNKNOWN, 40);
  return header;
}

/** Seconds of so many bytes of samples. */
export function secondsOfPcm({ sampleRate }: PcmFormat, dataBytes: number): number {
  return dataBytes / (sampleRate * BYTES_A_SAMPLE);
}

/** What `audio/L16;codec=pcm;rate=24000` (RFC 2586) says of its samples. */
export function pcmOfType(mediaType: string): PcmFormat | undefined {
  const [, rate] = /^audio\/(?:l16|pcm)\b.*?\brate=(\d{4,6})\b/i.exec(mediaType) ?? [];
  return rate === undefined ? undefined : { sampleRate: Number(rate) };
}
