import type { MediaSource } from '../../workflows/contracts/call.js';
import type { Json } from '../../workflows/contracts/json.js';
import type { VideoCall } from '../../workflows/contracts/media-calls.js';
import { resolutionOfSize } from '../../workflows/domain/media-demand/video-demand.js';
import { refuseCall } from './refuse-call.js';

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

/** A picture's own address, or its data as one. */
export function toDataUrl(source: MediaSource): string {
  if (source.type === 'url') return source.url;
  if (source.type === 'base64') return `data:${source.mediaType};base64,${source.data}`;
  throw refuseCall('The vendor knows no file of this id. Send the picture itself.', 'input_reference');
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
