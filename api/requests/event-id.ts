import type { ReplyEvent } from '../../workflows/contracts/reply.js';

/** Where a chunk of a stream came from: the frame of an attempt, and which of the chunks that this frame became. */
export interface ChunkPosition {
  readonly attempt: number;
  readonly sequence: number;
  readonly index: number;
}

const EVENT_ID = /^(req_[0-9a-f]{32}):(\d{1,9}):(\d{1,9})(?:\.(\d{1,9}))?$/;

/** The id of a chunk: `request:attempt:sequence`, with `.index` behind all but the first chunk of a frame. */
export function renderEventId(requestId: string, { attempt, sequence, index }: ChunkPosition): string {
  return `${requestId}:${attempt}:${sequence}${index === 0 ? '' : `.${index}`}`;
}

export function parseEventId(
  text: string,
): { readonly requestId: string; readonly position: ChunkPosition } | undefined {
  const [, requestId, attempt, sequence, index] = EVENT_ID.exec(text) ?? [];
  if (requestId === undefined) return undefined;
  return { requestId, position: { attempt: Number(attempt), sequence: Number(sequence), index: Number(index ?? 0) } };
}

export function isAfter(position: ChunkPosition, other: ChunkPosition): boolean {
  if (position.attempt !== other.attempt) return position.attempt > other.attempt;
  if (position.sequence !== other.sequence) return position.sequence > other.sequence;
  return position.index > other.index;
}

/** The frame that an event is, or for the event that ends a reply the place after its last frame. */
export function placeOf(event: ReplyEvent, last: Omit<ChunkPosition, 'index'>): Omit<ChunkPosition, 'index'> {
  return event.type === 'frame'
    ? { attempt: event.attempt, sequence: event.sequence }
    : { attempt: last.attempt, sequence: last.sequence + 1 };
}
