import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { abortFailure } from '../../http.js';
import { type MediaCapabilities, ProviderFailure } from '../../port.js';
import { sandboxPng } from './sandbox-png.js';

const USUAL = { width: 1024, height: 1024 };
/** Larger ones would take this process too long. */
const LARGEST = 4096;

const REFUSED = { class: 'content_policy', httpStatus: 400, vendorCode: 'moderation_blocked' } as const;

/**
 * Pictures of coloured squares, the same for the same words and size. `image-refused` makes none, `image-cut` breaks off
 * after its first unfinished picture.
 */
export const makeImagesInSandbox: NonNullable<MediaCapabilities['image']> = async function* ({
  call,
  offer,
  ...attempt
}) {
  const { signal } = attempt;
  if (signal.aborted) throw abortFailure(signal);
  if (offer.vendorModel === 'image-refused') {
    throw new ProviderFailure(REFUSED, { message: 'The sandbox makes no such picture, as this model never does.' });
  }
  const frames = framesOf(call);
  if (!call.stream) {
    if (offer.vendorModel === 'image-cut') throw brokenOff();
    yield { events: frames.flatMap(({ events }) => events) };
    return;
  }
  for (const [index, frame] of frames.entries()) {
    if (offer.vendorModel === 'image-cut' && index > 1) throw brokenOff();
    if (signal.aborted) throw abortFailure(signal);
    yield frame;
  }
  if (offer.vendorModel === 'image-cut') throw brokenOff();
};

function framesOf(call: ImageCall): readonly Frame[] {
  const shape = shapeOf(call);
  const partials = call.stream ? (call.partialImages ?? 0) : 0;
  const frames: AnswerEvent[][] = [[{ type: 'start' }, ...warningsOf(call)]];
  for (let index = 0; index < call.count; index += 1) {
    const seed = JSON.stringify([call.prompt, call.negativePrompt, call.seed, call.images, call.mask, index]);
    const picture = (share: number) => ({
      type: 'base64' as const,
      mediaType: 'image/png',
      data: sandboxPng(seed, { ...shape, share }).toString('base64'),
    });
    for (let partial = 0; partial < partials; partial += 1) {
      const source = picture((partial + 1) / (partials + 1));
      frames.push([{ type: 'image-partial', index, partial, source }]);
    }
    frames.push([{ type: 'image', index, source: picture(1) }]);
  }
  const units = { images: call.count, input: Math.ceil(Buffer.byteLength(call.prompt) / 4) };
  frames
    .at(-1)
    ?.push(
      { type: 'usage', usage: { units, source: 'reported' } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    );
  return frames.map((events) => ({ events }));
}

function shapeOf({ size }: ImageCall): { readonly width: number; readonly height: number } {
  const [width = 0, height = 0] = size?.split('x').map(Number) ?? [];
  return width > 0 && height > 0 && width <= LARGEST && height <= LARGEST ? { width, height } : USUAL;
}

function warningsOf({ delivery, format, stream, background }: ImageCall): readonly AnswerEvent[] {
  const warn = (feature: string, detail: string): AnswerEvent => ({
    type: 'warning',
    warning: { type: 'changed', feature, detail },
  });
  return [
    ...(delivery === 'url' && !stream
      ? [warn('response_format', 'The sandbox keeps no pictures at an address; they are in b64_json.')]
      : []),
    ...(format !== undefined && format !== 'png' ? [warn('output_format', 'The sandbox makes PNG only.')] : []),
    ...(background === 'transparent' ? [warn('background', 'The sandbox makes opaque pictures only.')] : []),
  ];
}

function brokenOff(): ProviderFailure {
  return new ProviderFailure({ class: 'cut' }, { message: 'The answer broke off, as that of this model always does.' });
}
