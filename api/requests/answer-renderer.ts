import type { Frame, Warning } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RenderedError } from '../http/rendered-error.js';

/** The events after which nothing more is said of a request. */
export type TerminalEvent = Exclude<ReplyEvent, { type: 'frame' }>;
export type FailedEvent = Exclude<TerminalEvent, { type: 'answered' }>;

export interface StreamStep {
  /** The bodies of the `data:` lines, in order. */
  readonly chunks: readonly JsonObject[];
  readonly end: 'open' | 'done' | 'failed';
}

/** How a dialect frames its stream. */
export interface StreamFraming {
  /** The `event:` line of a chunk, in dialects that name their events. */
  readonly eventName?: (chunk: JsonObject) => string | undefined;
  /** What ends a whole stream, and only a whole one; empty where a chunk says so. */
  readonly endMarker: string;
  /** A chunk with fields of ours besides, where it is one that has room for them: one of the last, which clients read for its end. */
  readonly besides?: (chunk: JsonObject, fields: JsonObject) => JsonObject | undefined;
  /** What is sent after a silence, where the dialect has something better than a comment. */
  readonly keepAlive?: string;
}

export interface RawAnswer {
  readonly contentType: string;
  readonly body: Buffer | string;
}

/** What one event brings of an answer that comes as bare bytes. */
export interface BytesStep {
  readonly bytes: readonly Uint8Array[];
  /** Of all of them; told with the first. */
  readonly contentType: string;
  /** What was not done as asked, for which bare bytes have no place. */
  readonly warnings: readonly Warning[];
}

/** One caller's dialect: everything that the sending of an answer leaves to it. */
export interface AnswerRenderer {
  /** A plain answer from the frames of the attempt that answered. */
  plain(frames: readonly Frame[], summary: AnswerSummary): JsonObject;
  /** In place of `plain` where an answer is no JSON: bytes of a sound, lines of subtitles. */
  raw?(frames: readonly Frame[], summary: AnswerSummary): RawAnswer;
  /** In place of `stream` where an answer comes as bare bytes: each frame's, from the first on. */
  bytes?(): (frame: Frame) => BytesStep;
  /** Why there is no answer, while no byte of one has gone out. */
  error(event: FailedEvent): RenderedError;
  /** Renders a reply from its first event on, an event at a time; the same events always give the same chunks. */
  stream(): (event: ReplyEvent) => StreamStep;
  readonly framing: StreamFraming;
}

export function isTerminal(event: ReplyEvent): event is TerminalEvent {
  return event.type !== 'frame';
}
