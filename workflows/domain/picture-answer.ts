import type { AnswerEvent } from '../contracts/answer.js';
import type { MediaSource } from '../contracts/call.js';
import type { ImageCall } from '../contracts/media-calls.js';
import type { Usage } from '../contracts/usage.js';
import type { Warning } from '../contracts/warning.js';

/** A picture as the caller gets it. */
export interface ShownPicture {
  readonly source: MediaSource;
  readonly revisedPrompt?: string;
  /** When the gateway's own address of it ends. ISO 8601. */
  readonly expiresAt?: string;
}

export interface PictureAnswer {
  /** At least one, in the order in which the vendor told of them. */
  readonly images: readonly ShownPicture[];
  readonly usage: Usage;
  readonly start: Omit<Extract<AnswerEvent, { readonly type: 'start' }>, 'type'>;
  readonly warnings: readonly Warning[];
}

export const BYTES_ONLY = 'The vendor gives pictures themselves and no addresses; they are in b64_json.';

/** Whether pictures are to be had as bytes: by whoever asks for them, and by streams, which have no other form. */
export function wantsBytes({ delivery, stream }: Pick<ImageCall, 'delivery' | 'stream'>): boolean {
  return delivery === 'base64' || stream;
}

/** The events of a whole answer, with a warning where it is another than was asked for. */
export function pictureEvents(
  { images, usage, start, warnings }: PictureAnswer,
  call: Pick<ImageCall, 'delivery' | 'stream' | 'count'>,
): readonly AnswerEvent[] {
  const told = [...warnings, ...unlikeAsked(images, call), ...fewer(images.length, call.count)];
  return [
    { type: 'start', ...start },
    ...told.map((warning) => ({ type: 'warning' as const, warning })),
    ...images.map((image, index) => ({ type: 'image' as const, index, ...image })),
    { type: 'usage', usage },
    { type: 'finish', choice: 0, reason: { unified: 'stop' } },
  ];
}

function unlikeAsked(
  images: readonly ShownPicture[],
  { delivery, stream }: Pick<ImageCall, 'delivery' | 'stream'>,
): readonly Warning[] {
  if (delivery !== 'url' || stream || images.every(({ source }) => source.type === 'url')) return [];
  return [{ type: 'changed', feature: 'response_format', detail: BYTES_ONLY }];
}

function fewer(made: number, asked: number): readonly Warning[] {
  if (made >= asked) return [];
  return [{ type: 'changed', feature: 'n', detail: `The vendor made ${made} of ${asked} pictures.` }];
}

/** As the picture itself says, by the first characters of its base64; PNG where it says nothing that is known. */
export function imageTypeOf(base64: string): string {
  const found = STARTS.find(([start]) => base64.startsWith(start));
  return found?.[1] ?? 'image/png';
}

const STARTS = [
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
  ['R0lGOD', 'image/gif'],
] as const;
