import type { GivenMedia, MediaSource, StoredMedia } from '../../workflows/contracts/call.js';
import type { MediaKind } from '../../workflows/contracts/kinds.js';
import type { CarriedCallFor, MediaCall } from '../../workflows/contracts/media-calls.js';
import { type OpenStored, ProviderFailure } from '../providers/port.js';

/** A call as most adapters of vendors take it. */
export type CarriedCall = CarriedCallFor<MediaKind>;

/** Pictures go to these vendors within JSON, which is held whole while it is sent: what all of a call may have, in bytes. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * The call with its pictures in it, those that rest in the object store read from there; a sound stays where it is.
 * Throws `invalid_request` where they are too large to be held, and what `open` throws.
 */
export async function carryPictures(call: MediaCall, open: OpenStored | undefined): Promise<CarriedCall> {
  const stored = storedPictures(call);
  if (stored.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_BYTES) {
    const message = `This vendor takes pictures of ${MOST_BYTES} bytes together at the most. Send smaller ones.`;
    const param = call.kind === 'video' ? 'input_reference' : 'image';
    throw new ProviderFailure({ class: 'invalid_request' }, { message, param });
  }
  if (stored.length > 0 && open === undefined) throw new Error('there is no way to what a call refers to');
  const data = new Map<string, string>();
  for (const picture of stored) {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await open?.(picture)) ?? []) pieces.push(piece);
    data.set(picture.id, Buffer.concat(pieces).toString('base64'));
  }
  return replaced(call, ({ id }) => data.get(id) ?? '');
}

/** The same without reading anything, for what is asked about a job that its vendor has taken on. */
export function withoutBytes(call: MediaCall): CarriedCall {
  return replaced(call, () => '');
}

export function storedPictures(call: MediaCall): readonly StoredMedia[] {
  return picturesOf(call).filter((source) => source.type === 'stored');
}

function picturesOf(call: MediaCall): readonly GivenMedia[] {
  if (call.kind === 'image') return call.mask ? [...call.images, call.mask] : call.images;
  return call.kind === 'video' && call.firstFrame ? [call.firstFrame] : [];
}

function replaced(call: MediaCall, dataOf: (picture: StoredMedia) => string): CarriedCall {
  const replace = (source: GivenMedia): MediaSource =>
    source.type === 'stored' ? { type: 'base64', mediaType: source.mediaType, data: dataOf(source) } : source;
  switch (call.kind) {
    case 'image': {
      const { mask, images, ...rest } = call;
      return { ...rest, images: images.map(replace), ...(mask && { mask: replace(mask) }) };
    }
    case 'video': {
      const { firstFrame, ...rest } = call;
      return { ...rest, ...(firstFrame && { firstFrame: replace(firstFrame) }) };
    }
    default:
      return call;
  }
}
