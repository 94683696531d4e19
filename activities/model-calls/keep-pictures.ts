import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { ObjectOwner, ObjectStore } from '../../workflows/contracts/objects.js';

/** More than any vendor makes. */
const PICTURE_BYTES_MAX = 64 * 1024 * 1024;
/** As long as S3 lets an address live; none lives longer than its picture. */
export const PICTURE_URL_SECONDS = 7 * 86_400;

export interface PictureKeeper {
  readonly objects: ObjectStore;
  readonly owner: ObjectOwner & { readonly requestId: string; readonly atLeastUntil?: string };
  /** Whether each picture has a place among its request's outputs, because a step that runs once more finds the same again. */
  readonly hasPlaces?: true;
  readonly onError: (error: unknown) => void;
}

interface Kept {
  readonly url: string;
  readonly expiresAt: string;
}

/**
 * Has the pictures of a call that asks for addresses rest in the object store, and gives frames in which their addresses stand
 * for them. Where the store is away they stay what they are, with a warning: they are made, and paid for.
 */
export function keepPictures(keeper: PictureKeeper, call: Call): (frame: Frame) => Promise<Frame> {
  if (call.kind !== 'image' || call.keepsPictures !== true) return (frame) => Promise.resolve(frame);
  return async (frame) => {
    const events = frame.events.filter((event) => !isOfDelivery(event));
    const pictures = events.filter(({ type }) => type === 'image');
    if (pictures.length === 0) return { ...frame, events };
    const kept = await keepAll(keeper, pictures);
    return kept ? withAddresses({ ...frame, events }, kept) : { ...frame, events: [NOT_KEPT, ...events] };
  };
}

/** What the vendor's own adapter says of the missing address is no longer so. */
function isOfDelivery(event: AnswerEvent): boolean {
  return event.type === 'warning' && event.warning.feature === 'response_format';
}

const NOT_KEPT: AnswerEvent = {
  type: 'warning',
  warning: {
    type: 'changed',
    feature: 'response_format',
    detail: 'The object store could not be reached; the pictures are in b64_json.',
  },
};

/** `undefined` for a picture that has an address of its vendor's already. */
async function keepAll(
  { objects, owner, hasPlaces, onError }: PictureKeeper,
  pictures: readonly AnswerEvent[],
): Promise<readonly (Kept | undefined)[] | undefined> {
  const keep = async (event: AnswerEvent): Promise<Kept | undefined> => {
    if (event.type !== 'image' || event.source.type !== 'base64') return undefined;
    const bytes = Buffer.from(event.source.data, 'base64');
    // Else without a place: an attempt that is made once more makes another picture.
    const place = hasPlaces ? { position: event.index } : {};
    const object = { ...owner, ...place, kind: 'output' as const, maxBytes: PICTURE_BYTES_MAX };
    const stored = await objects.put(object, onePiece(bytes));
    return { url: await objects.signedUrl(stored, PICTURE_URL_SECONDS), expiresAt: stored.expiresAt };
  };
  try {
    return await Promise.all(pictures.map(keep));
  } catch (error) {
    onError(error);
    return undefined;
  }
}

function withAddresses({ events, wire }: Frame, kept: readonly (Kept | undefined)[]): Frame {
  let next = 0;
  const told = events.map((event): AnswerEvent => {
    if (event.type !== 'image') return event;
    const place = kept[next++];
    return place ? { ...event, source: { type: 'url', url: place.url }, expiresAt: place.expiresAt } : event;
  });
  return { events: told, ...(wire && { wire: { ...wire, body: withAddressesInBody(wire.body, kept) } }) };
}

/** OpenAI's own answer, in which the pictures stand in the same order. */
function withAddressesInBody(body: JsonObject, kept: readonly (Kept | undefined)[]): JsonObject {
  const { data } = body;
  if (!Array.isArray(data)) return body;
  const told = data.map((item: JsonObject, index) => {
    const place = kept[index];
    if (!place) return item;
    const { b64_json: _, ...rest } = item;
    return { ...rest, url: place.url, expires_at: Math.floor(Date.parse(place.expiresAt) / 1_000) };
  });
  return { ...body, data: told };
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
