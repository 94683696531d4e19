import type { VideoCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Longer than any vendor makes unasked. */
const MOST_SECONDS_UNASKED = 15;

export function videoDemand({ prompt, seconds, count, size, resolution }: VideoCall): MediaSize {
  const textBytes = utf8Length(prompt);
  return {
    textBytes,
    units: { input: textBytes, images: count, video_seconds: Math.ceil((seconds ?? MOST_SECONDS_UNASKED) * count) },
    asked: { ...(size !== undefined && { size }), ...(resolution !== undefined && { resolution }) },
  };
}
