import { parseBuffer } from 'music-metadata';
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

/** Reads the head of a file. @throws RefusalError `invalid_request` of `file`: empty, cut off or no sound. */
export async function probeAudio(file: {
  readonly data: Buffer;
  readonly mediaType: string;
  readonly filename: string;
}): Promise<AudioFile> {
  if (file.data.length === 0) throw wrong('it is empty');
  const format = await readFormat(file.data);
  const known = CONTAINERS.find(({ name }) => name.test(format.container ?? ''));
  const isSound = /^(audio|video)\//.test(file.mediaType);
  const durationSeconds = lengthOf(file.data.length, format);
  if (durationSeconds === 0) throw wrong('there is no sound in it');
  const hasEnd = /\.[A-Za-z0-9]{2,5}$/.test(file.filename);
  return {
    mediaType: isSound ? file.mediaType : (known?.mediaType ?? 'application/octet-stream'),
    filename: hasEnd ? file.filename : `${file.filename || 'audio'}.${known?.end ?? 'bin'}`,
    ...(durationSeconds !== undefined && { durationSeconds }),
  };
}

type Format = Awaited<ReturnType<typeof parseBuffer>>['format'];

async function readFormat(data: Buffer): Promise<Format> {
  const format = await parseBuffer(data, undefined, { duration: true, skipCovers: true }).then(
    (read) => read.format,
    // The library's own words may quote the file.
    () => undefined,
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
