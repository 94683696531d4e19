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

/** What a picture says of itself; undefined for what is no picture, or breaks off within its header. */
export function probeImage(data: Buffer): ProbedImage | undefined {
  const start = data.subarray(0, 16).toString('latin1');
  const mediaType = STARTS.find(([pattern]) => pattern.test(start))?.[1];
  if (mediaType === undefined) return undefined;
  try {
    const { width, height } = imageSize(data);
    return width > 0 && height > 0 ? { mediaType, width, height } : undefined;
  } catch {
    return undefined;
  }
}
