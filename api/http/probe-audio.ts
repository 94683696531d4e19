import { Readable } from 'node:stream';
import { type IOptions, parseBuffer, parseStream } from 'music-metadata';
import type { FormFile } from './multipart-form.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { refused } from './refused-error.js';

/** What a file of sound says of itself. */
export interface AudioFile {
  /** The caller's word for it where that is of sound, else what the file is. */
  readonly mediaType: string;
  /** With an end that vendors know. */
  readonly filename: string;
  /** Absent where the file does not tell, or tells what its bytes cannot be. */
  readonly durationSeconds?: number;
}

/** The shortest. */
const WAV_HEADER_BYTES = 44;
/**
 * What a second of sound has between: Opus at its thinnest, and six channels of 96,000 samples. A file whose length is beyond
 * these is not believed, because the price is held by it.
 */
const BYTES_A_SECOND = { least: 500, most: 1_800_000 };

/** Containers by their names in music-metadata, as vendors take them (https://platform.openai.com/docs/guides/speech-to-text). */
const CONTAINERS: readonly { readonly name: RegExp; readonly mediaType: string; readonly end: string }[] = [
  { name: /^wave/i, mediaType: 'audio/wav', end: 'wav' },
  { name: /^flac/i, mediaType: 'audio/flac', end: 'flac' },
  { name: /^ogg/i, mediaType: 'audio/ogg', end: 'ogg' },
  { name: /webm|matroska|ebml/i, mediaType: 'audio/webm', end: 'webm' },
  { name: /mp4|m4a|mp42|isom|quicktime|^qt/i, mediaType: 'audio/mp4', end: 'm4a' },
  { name: /mpeg|mp3/i, mediaType: 'audio/mpeg', end: 'mp3' },
];

/** The bytes of a file that is stored. */
export type OpenStored = (id: string) => Promise<AsyncIterable<Uint8Array> | undefined>;

type Sound = Pick<FormFile, 'bytes' | 'head' | 'storedId' | 'mediaType' | 'filename'>;

/**
 * Reads what a file says of itself: of one that is stored as much as it takes, in pieces.
 * @throws RefusalError `invalid_request` of `file`: empty, cut off or no sound.
 */
export async function probeAudio(file: Sound, open: OpenStored): Promise<AudioFile> {
  if (file.bytes === 0) throw wrong('it is empty');
  const format = await readFormat(file, open);
  const known = CONTAINERS.find(({ name }) => name.test(format.container ?? ''));
  const isSound = /^(audio|video)\//.test(file.mediaType);
  const durationSeconds = lengthOf(file.bytes, format);
  if (durationSeconds === 0) throw wrong('there is no sound in it');
  const hasEnd = /\.[A-Za-z0-9]{2,5}$/.test(file.filename);
  return {
    mediaType: isSound ? file.mediaType : (known?.mediaType ?? 'application/octet-stream'),
    filename: hasEnd ? file.filename : `${file.filename || 'audio'}.${known?.end ?? 'bin'}`,
    ...(durationSeconds !== undefined && { durationSeconds }),
  };
}

type Parsed = Awaited<ReturnType<typeof parseBuffer>>;
type Format = Parsed['format'];

const HOW: IOptions = { duration: true, skipCovers: true };

async function parse({ head, bytes, storedId }: Sound, open: OpenStored): Promise<Parsed | undefined> {
  if (storedId === undefined) return parseBuffer(head, undefined, HOW);
  const stored = await open(storedId);
  if (stored === undefined) throw refused('unavailable');
  const stream = Readable.from(stored, { objectMode: false });
  // What the parser leaves unread is given up, which the stream tells as an error that nobody waits for.
  stream.on('error', () => undefined);
  try {
    return await parseStream(stream, { size: bytes }, HOW);
  } finally {
    stream.destroy();
  }
}

async function readFormat(file: Sound, open: OpenStored): Promise<Format> {
  const format = await parse(file, open).then(
    (read) => read?.format,
    (error: unknown) => {
      if (error instanceof RefusalError) throw error;
      // The library's own words may quote the file.
      return undefined;
    },
  );
  if (format === undefined) {
    throw wrong('it is no file of sound, or it is broken. Send flac, m4a, mp3, mp4, ogg, wav or webm');
  }
  if (format.hasAudio === false || (format.codec === undefined && format.sampleRate === undefined)) {
    throw wrong('no sound was found in it');
  }
  return format;
}

/** Of samples that are not packed, by their number: the length in the head of a WAV stream is made up. */
function lengthOf(bytes: number, { container, duration, ...format }: Format): number | undefined {
  const { numberOfChannels, sampleRate, bitsPerSample, lossless } = format;
  const isBare = /^wave/i.test(container ?? '') && lossless === true;
  if (isBare && numberOfChannels && sampleRate && bitsPerSample) {
    const most = ((bytes - WAV_HEADER_BYTES) * 8) / (numberOfChannels * sampleRate * bitsPerSample);
    return Math.max(0, Math.min(duration ?? most, most));
  }
  if (duration === undefined || duration === 0) return duration;
  const rate = bytes / duration;
  return rate < BYTES_A_SECOND.least || rate > BYTES_A_SECOND.most ? undefined : duration;
}

function wrong(why: string): Error {
  return refused('invalid_request', `Invalid 'file': ${why}.`, { param: 'file' });
}
