import type { Extras, MediaSource } from './call.js';
import type { JsonObject } from './json.js';
import type { VectorType } from './media-calls.js';

/** A stretch of speech with its words; times in seconds from the beginning. */
export interface TranscriptSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker?: string;
  /** What the vendor says besides, in OpenAI's words (`avg_logprob`, `tokens`, …). */
  readonly extras?: JsonObject;
}

export interface TranscriptWord {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

/** What the answers of other kinds than chat are made of; each ends with `finish` of choice 0 and, before or after it, `usage`. */
export type MediaEvent =
  /** The vector of one input, by its place. */
  | {
      readonly type: 'embedding';
      readonly index: number;
      readonly values: readonly number[];
      /** Absent is `float`; of `binary` and `ubinary` each number holds eight dimensions. */
      readonly vectorType?: VectorType;
    }
  /** One document, by its place in the call; results come best first. Scores of different models do not compare. */
  | { readonly type: 'ranking'; readonly index: number; readonly score: number }
  | {
      readonly type: 'moderation';
      readonly index: number;
      readonly flagged: boolean;
      readonly categories: { readonly [category: string]: boolean };
      /** 0 to 1. */
      readonly scores: { readonly [category: string]: number };
      readonly inputTypes?: { readonly [category: string]: readonly string[] };
    }
  | {
      readonly type: 'image';
      /** When the gateway's own address of it ends. ISO 8601. */
      readonly expiresAt?: string;
      readonly index: number;
      readonly source: MediaSource;
      readonly revisedPrompt?: string;
      readonly extras?: Extras;
    }
  /** A picture as far as it has come; a whole one of the same index follows. */
  | { readonly type: 'image-partial'; readonly index: number; readonly partial: number; readonly source: MediaSource }
  /** Speech, a piece at a time: `data` is base64 of the next bytes. The first piece says of what type all are. */
  | { readonly type: 'speech-delta'; readonly mediaType?: string; readonly data: string }
  | { readonly type: 'transcript-delta'; readonly text: string; readonly extras?: Extras }
  | { readonly type: 'transcript-segment'; readonly id?: string; readonly segment: TranscriptSegment }
  /** The whole text, once it is known whole; a stream's deltas came before it. */
  | {
      readonly type: 'transcript';
      readonly text: string;
      readonly language?: string;
      readonly durationSeconds?: number;
      readonly segments?: readonly TranscriptSegment[];
      readonly words?: readonly TranscriptWord[];
      readonly extras?: Extras;
    }
  | {
      readonly type: 'video';
      readonly index: number;
      readonly source: MediaSource;
      readonly mediaType?: string;
      readonly seconds?: number;
      readonly resolution?: string;
    };
