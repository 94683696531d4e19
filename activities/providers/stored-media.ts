import type { StoredMedia } from '../../workflows/contracts/call.js';
import type { InlineAudio } from '../../workflows/contracts/media-calls.js';
import type { VendorBody } from './http.js';
import { type OpenStored, ProviderFailure } from './port.js';
import { refuseCall } from './refuse-call.js';

/** Where the attempt of a test brings none. */
export const NOTHING_STORED: OpenStored = () =>
  Promise.reject(new ProviderFailure({ class: 'content_gone' }, { message: 'There is no such file any more.' }));

/** The bytes as a body of their own. */
export function toBytes(media: InlineAudio | StoredMedia, open: OpenStored = NOTHING_STORED): Uint8Array | VendorBody {
  if (media.type !== 'stored') return Buffer.from(media.data, 'base64');
  return { length: media.bytes, open: () => open(media) };
}

/**
 * The bytes in base64, for vendors that take nothing else: a stored file is read whole then, up to what they take.
 * Throws `invalid_request` of the field for a larger one.
 */
export async function toBase64(
  media: InlineAudio | StoredMedia,
  open: OpenStored = NOTHING_STORED,
  { mostBytes, param }: { readonly mostBytes: number; readonly param: string },
): Promise<string> {
  if (media.type !== 'stored') return media.data;
  if (media.bytes > mostBytes) {
    throw refuseCall(`This vendor takes files of ${mostBytes} bytes at the most. Send a smaller one.`, param);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of await open(media)) pieces.push(piece);
  return Buffer.concat(pieces).toString('base64');
}
