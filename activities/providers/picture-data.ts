import type { MediaSource } from '../../workflows/contracts/call.js';
import { refuseCall } from './refuse-call.js';

/** A picture's address, or its bytes as a data URL. Refuses an id of a file, which only another vendor knows. */
export function toPictureUrl(source: MediaSource, param: string): string {
  if (source.type === 'url') return source.url;
  const { mediaType, data } = toPictureData(source, param);
  return `data:${mediaType};base64,${data}`;
}

/** A picture's bytes, in base64; those at an address are fetched before (`inline-pictures.ts`). Refuses what is none. */
export function toPictureData(
  source: MediaSource,
  param: string,
): { readonly mediaType: string; readonly data: string } {
  if (source.type === 'base64') return { mediaType: source.mediaType || 'image/png', data: source.data };
  throw refuseCall('This vendor takes the bytes of a picture only. Send it as a data URL.', param);
}
