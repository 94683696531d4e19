import type { VideoCall } from '../../workflows/contracts/media-calls.js';
import { resolutionOfSize } from '../../workflows/domain/media-demand/video-demand.js';

/** What is common to the formats of those who make videos. */

/** `720p` and the like: as it was asked for, or what the size comes to. */
export function resolutionOf({ resolution, size }: Pick<VideoCall, 'resolution' | 'size'>): string | undefined {
  return resolution ?? (size === undefined ? undefined : resolutionOfSize(size));
}

/** `16:9` and the like: as it was asked for, or what the size comes to. */
export function aspectRatioOf({ aspectRatio, size }: Pick<VideoCall, 'aspectRatio' | 'size'>): string | undefined {
  if (aspectRatio !== undefined || size === undefined) return aspectRatio;
  const [width = 1, height = 1] = size.split('x').map(Number);
  return width === height ? '1:1' : width > height ? '16:9' : '9:16';
}
