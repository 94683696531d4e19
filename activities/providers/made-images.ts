import type { AnswerEvent, Frame, Warning } from '../../workflows/contracts/answer.js';
import type { MediaSource } from '../../workflows/contracts/call.js';
import type { ImageCall } from '../../workflows/contracts/media-calls.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { fetchMade, imageTypeOf, type MediaReach } from './fetch-media.js';
import type { VendorHttp } from './http.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from './port.js';

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
 * for those who want bytes, and for streams, which have no other form; bytes stay bytes for those who want an address, with a warning.
 * Throws `content_policy` where nothing was made: vendors leave out what their filters have held back.
 */
export async function toImageFrame(
  made: MadeImages,
  { delivery, stream, count }: ImageCall,
  reach: MediaReach,
): Promise<Frame> {
  const { images, usage, start = {}, warnings = [] } = made;
  if (images.length === 0) throw nothingMade();
  const wantsBytes = delivery === 'base64' || stream;
  const delivered = wantsBytes ? await Promise.all(images.map((image) => asBytes(image, reach))) : images;
  const told = [...warnings, ...unlikeAsked(delivered, delivery, stream), ...fewer(images.length, count)];
  return {
    events: [
      { type: 'start', ...start },
      ...told.map((warning) => ({ type: 'warning' as const, warning })),
      ...delivered.map((image, index) => ({ type: 'image' as const, index, ...image })),
      {
        type: 'usage',
        usage: { source: 'reported', ...usage, units: { requests: 1, ...usage?.units, images: images.length } },
      },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
}

export function nothingMade(
  message = 'The vendor made no picture; its filters may have held it back.',
): ProviderFailure {
  return new ProviderFailure({ class: 'content_policy' }, { message });
}

async function asBytes(image: MadeImage, reach: MediaReach): Promise<MadeImage> {
  return image.source.type === 'url' ? { ...image, source: await fetchMade(image.source.url, reach) } : image;
}

function unlikeAsked(
  images: readonly MadeImage[],
  delivery: ImageCall['delivery'],
  stream: boolean,
): readonly Warning[] {
  if (delivery !== 'url' || stream || images.every(({ source }) => source.type === 'url')) return [];
  return [{ type: 'changed', feature: 'response_format', detail: BYTES_ONLY }];
}

export const BYTES_ONLY = 'The vendor gives pictures themselves and no addresses; they are in b64_json.';

function fewer(made: number, asked: number): readonly Warning[] {
  if (made >= asked) return [];
  return [{ type: 'changed', feature: 'n', detail: `The vendor made ${made} of ${asked} pictures.` }];
}
