import type { AnswerEvent, Frame, Warning } from '../../workflows/contracts/answer.js';
import type { MediaSource } from '../../workflows/contracts/call.js';
import type { ImageCall } from '../../workflows/contracts/media-calls.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { imageTypeOf, pictureEvents, wantsBytes } from '../../workflows/domain/picture-answer.js';
import { fetchMade, fromDataUrl, type MediaReach } from './fetch-media.js';
import type { VendorHttp } from './http.js';
import { badResponse } from './json-answer.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from './port.js';
import type { VendorJobState, VendorOutput } from './vendor-jobs.js';

export interface MadeImage {
  readonly source: MediaSource;
  readonly revisedPrompt?: string;
}

/** What a vendor has made, in the order in which it told of it. */
export interface MadeImages {
  readonly images: readonly MadeImage[];
  /** Without `images`, which are counted here. */
  readonly usage?: Usage;
  readonly start?: Omit<Extract<AnswerEvent, { readonly type: 'start' }>, 'type'>;
  readonly warnings?: readonly Warning[];
}

export function base64Image(data: string, mediaType: string = imageTypeOf(data)): MadeImage {
  return { source: { type: 'base64', mediaType, data } };
}

export function urlImage(url: string): MadeImage {
  return { source: { type: 'url', url } };
}

/** The capability of a vendor that makes pictures and tells of them at once, not as they come. */
export function createImageMaker(
  http: VendorHttp,
  home: string,
  make: (attempt: MediaAttempt<ImageCall>, reach: MediaReach) => Promise<MadeImages>,
): NonNullable<MediaCapabilities['image']> {
  return async function* makeImages(attempt) {
    const reach = { http, home, signal: attempt.signal };
    yield await toImageFrame(await make(attempt, reach), attempt.call, reach);
  };
}

/**
 * As many askings as pictures, at the same time, for vendors that make one each. What came is the answer where some failed;
 * where all did, the first says why.
 */
export async function oneByOne(
  count: number,
  make: (index: number) => Promise<MadeImages>,
): Promise<readonly MadeImages[]> {
  const ended = await Promise.allSettled(Array.from({ length: count }, (_, index) => make(index)));
  const made = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = ended.find((one) => one.status === 'rejected');
  if (made.length === 0 && failed) throw failed.reason;
  return made;
}

/**
 * The whole answer in one frame, its pictures delivered as the caller wants them: what the vendor keeps at an address is fetched
 * for those who want bytes; bytes stay bytes for those who want an address, with a warning.
 * Throws `content_policy` where nothing was made: vendors leave out what their filters have held back.
 */
export async function toImageFrame(made: MadeImages, call: ImageCall, reach: MediaReach): Promise<Frame> {
  const { images, start = {}, warnings = [] } = made;
  if (images.length === 0) throw nothingMade();
  const delivered = wantsBytes(call) ? await Promise.all(images.map((image) => asBytes(image, reach))) : images;
  return { events: pictureEvents({ images: delivered, usage: usageOf(made), start, warnings }, call) };
}

/**
 * What a job has made, by the vendor's name for the answer; it is delivered by whoever has asked about the job. `whyNot` is what
 * the vendor says where that is nothing.
 */
export function madePictures(
  made: Omit<MadeImages, 'start'>,
  vendorId: string | undefined,
  whyNot?: string,
): VendorJobState {
  const { images, warnings = [] } = made;
  if (images.length === 0) return endOf(nothingMade(whyNot));
  return {
    status: 'succeeded',
    outputs: images.map(toOutput),
    usage: usageOf(made),
    ...(vendorId !== undefined && { vendorId }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** A job of whose pictures the vendor's moderation has kept all. */
export function heldBack(): VendorJobState {
  return endOf(nothingMade('The vendor’s moderation has held the picture back.'));
}

/** As of a call that is answered at once. */
function endOf({ failure, detail }: ProviderFailure): VendorJobState {
  return { status: 'failed', failure, detail };
}

function toOutput({ source }: MadeImage): VendorOutput {
  if (source.type === 'base64') return { type: 'base64', data: source.data, mediaType: source.mediaType };
  if (source.type === 'url') return fromDataUrl(source.url) ?? { type: 'url', url: source.url };
  throw badResponse('The vendor named a picture by an id.');
}

function usageOf({ images, usage }: MadeImages): Usage {
  return { source: 'reported', ...usage, units: { requests: 1, ...usage?.units, images: images.length } };
}

/** Where the vendor has no words for it. */
export const PICTURE_FAILED = 'The vendor failed to make the picture.';

export function nothingMade(
  message = 'The vendor made no picture; its filters may have held it back.',
): ProviderFailure {
  return new ProviderFailure({ class: 'content_policy' }, { message });
}

async function asBytes(image: MadeImage, reach: MediaReach): Promise<MadeImage> {
  return image.source.type === 'url' ? { ...image, source: await fetchMade(image.source.url, reach) } : image;
}
