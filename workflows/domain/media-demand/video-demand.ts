import type { GivenMedia } from '../../contracts/call.js';
import type { VideoCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Longer than any vendor makes unasked. */
const MOST_SECONDS_UNASKED = 15;

/** Vendors price the seconds by their resolution, and some of them the pictures that are given. */
export function videoDemand(call: VideoCall<GivenMedia>): MediaSize {
  const { prompt, negativePrompt = '', seconds, count, size, references, firstFrame, lastFrame } = call;
  const textBytes = utf8Length(prompt) + utf8Length(negativePrompt);
  const given = references.length + (firstFrame ? 1 : 0) + (lastFrame ? 1 : 0);
  const resolution = call.resolution ?? (size === undefined ? undefined : resolutionOfSize(size));
  return {
    textBytes,
    units: {
      input: textBytes,
      images: given,
      video_seconds: Math.ceil((seconds ?? MOST_SECONDS_UNASKED) * count),
    },
    asked: { ...(size !== undefined && { size }), ...(resolution !== undefined && { resolution }) },
  };
}

/** `1280x720` is `720p`, whichever side is up; `3840x2160` is `4k`, as price lists have it. */
export function resolutionOfSize(size: string): string {
  const lines = Math.min(...size.split('x').map(Number));
  return lines >= 2_160 ? '4k' : `${lines}p`;
}
