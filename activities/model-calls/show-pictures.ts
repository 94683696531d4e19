import type { Frame } from '../../workflows/contracts/answer.js';
import type { ImageCall } from '../../workflows/contracts/media-calls.js';
import type { GivenMedia } from '../../workflows/contracts/call.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import { imageTypeOf, pictureEvents, type ShownPicture, wantsBytes } from '../../workflows/domain/picture-answer.js';
import { type Download, ProviderFailure, type VendorOutput } from '../providers/port.js';
import type { AttemptContext } from './attempt-context.js';
import { keepPictures, PICTURE_URL_SECONDS } from './keep-pictures.js';
import { fetchOutput, storeOutput, type Succeeded } from './store-outputs.js';

/** The most bytes of a picture that is held in memory; 4K as PNG is some 25 MB. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * What a vendor's job has made of pictures, as its caller wants them: the very answer of a vendor that gives them at once. Where the
 * answer is a job's, which is read long after the vendor's own addresses have ended, pictures at such rest in the object store.
 * @throws ProviderFailure where one cannot be fetched; RefusalError `unavailable` where the object store is away.
 */
export async function showPictures(
  context: AttemptContext,
  call: ImageCall<GivenMedia>,
  { outputs, usage, vendorId, warnings = [] }: Succeeded,
  signal: AbortSignal,
): Promise<readonly ReplyEvent[]> {
  const images = await Promise.all(outputs.map((output, place) => shown(context, call, output, place, signal)));
  const start = vendorId === undefined ? {} : { vendorId };
  const { organizationId, projectId, requestId, job } = context.input.request;
  const atLeastUntil = job?.outputsUntil;
  const keep = keepPictures(
    {
      ...{ objects: context.objects, onError: context.onError, hasPlaces: true as const },
      owner: { organizationId, projectId, requestId, ...(atLeastUntil !== undefined && { atLeastUntil }) },
    },
    call,
  );
  const told = (call.warnings ?? []).map((warning) => ({ type: 'warning' as const, warning }));
  const whole = await keep({ events: pictureEvents({ images, usage, start, warnings }, call) });
  const frames: readonly Frame[] = [...(told.length > 0 ? [{ events: told }] : []), whole];
  return frames.map((frame, sequence) => ({ type: 'frame', attempt: context.input.number, sequence, frame }));
}

async function shown(
  context: AttemptContext,
  call: ImageCall<GivenMedia>,
  output: VendorOutput,
  place: number,
  signal: AbortSignal,
): Promise<ShownPicture> {
  if (output.type === 'base64') {
    const { data, mediaType = imageTypeOf(data) } = output;
    return { source: { type: 'base64', mediaType, data } };
  }
  if (wantsBytes(call)) return { source: await fetchOutput(context, output, signal, readPicture) };
  if (context.input.request.lane === 'interactive') return { source: { type: 'url', url: output.url } };
  const stored = await storeOutput(context, output, place, signal);
  const url = await context.objects.signedUrl(stored, PICTURE_URL_SECONDS);
  return { source: { type: 'url', url }, expiresAt: stored.expiresAt };
}

async function readPicture({ headers, stream }: Download): Promise<ShownPicture['source']> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.byteLength;
    if (size > MOST_BYTES) throw notAPicture(`A picture has more than ${MOST_BYTES} bytes.`);
    pieces.push(piece);
  }
  if (size === 0) throw notAPicture('The vendor named an address at which there is no picture.');
  const data = Buffer.concat(pieces).toString('base64');
  const told = headers['content-type']?.split(';')[0]?.trim() ?? '';
  return { type: 'base64', mediaType: told.startsWith('image/') ? told : imageTypeOf(data), data };
}

function notAPicture(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}
