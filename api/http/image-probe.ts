import { imageSize } from 'image-size';

export interface ProbedImage {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** What files of these types begin with. Others are not looked into: their readers are many, and no vendor takes them. */
const STARTS = [
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xFF\xD8\xFF/, 'image/jpeg'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^GIF8[79]a/, 'image/gif'],
] as const;

/**
 * As much of a picture as is read for its size. A JPEG has it behind all that was written into it: a profile of its colours, a small
 * copy of itself, the history of its editing, in pieces of 64 KiB of which there may be any number.
 */
export const PICTURE_HEAD_BYTES = 4 * 1024 * 1024;

/** What a picture says of itself; undefined for what is no picture, or breaks off within its header. */
export function probeImage(data: Buffer): ProbedImage | undefined {
  const mediaType = typeOf(data);
  if (mediaType === undefined) return undefined;
  try {
    const { width, height } = imageSize(data);
    return width > 0 && height > 0 ? { mediaType, width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is the beginning of a picture that does not say yet how large it is. */
export function isUnsizedPicture(head: Buffer): boolean {
  return typeOf(head) !== undefined && probeImage(head) === undefined;
}

function typeOf(data: Buffer): ProbedImage['mediaType'] | undefined {
  const start = data.subarray(0, 16).toString('latin1');
  return STARTS.find(([pattern]) => pattern.test(start))?.[1];
}
