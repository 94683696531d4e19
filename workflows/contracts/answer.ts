import type { Dialect, Extras } from './call.js';
import type { Json, JsonObject } from './json.js';
import type { Usage } from './usage.js';

/** Why a choice ended: our word for it and the vendor's. */
export interface FinishReason {
  readonly unified: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'pause' | 'other';
  readonly raw?: string;
}

/** Something asked for that could not be honoured as asked; reaches the caller, never silently dropped. */
export interface Warning {
  readonly type: 'unsupported' | 'changed' | 'ignored';
  /** The caller's field, for example `logit_bias`. */
  readonly feature: string;
  readonly detail: string;
}

/**
 * One step of an answer, streamed or not. `choice` is the index among `n` answers; `block` orders content within a choice
 * (a tool call, a run of text, a run of reasoning each have their own number).
 */
export type AnswerEvent =
  | {
      readonly type: 'start';
      readonly vendorId?: string;
      readonly vendorModel?: string;
      readonly createdAtSeconds?: number;
      readonly extras?: Extras;
    }
  | {
      readonly type: 'text-delta';
      readonly choice: number;
      readonly block: number;
      readonly text: string;
      readonly extras?: Extras;
    }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly block: number; readonly text: string }
  | {
      readonly type: 'reasoning-delta';
      readonly choice: number;
      readonly block: number;
      readonly text: string;
      readonly signature?: string;
      readonly redacted?: string;
    }
  | {
      readonly type: 'tool-call-start';
      readonly choice: number;
      readonly block: number;
      readonly id: string;
      readonly name: string;
      readonly custom?: boolean;
      readonly extras?: Extras;
    }
  | { readonly type: 'tool-call-delta'; readonly choice: number; readonly block: number; readonly arguments: string }
  /** Content of a vendor that has no canonical form (audio, citations, log probabilities); rendered only in its own dialect. */
  | { readonly type: 'opaque'; readonly choice: number; readonly dialect: Dialect; readonly data: Json }
  | { readonly type: 'finish'; readonly choice: number; readonly reason: FinishReason }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'warning'; readonly warning: Warning };

/**
 * What one event (or one whole plain answer) of a vendor meant, with the event itself. `wire` lets a caller who speaks the
 * vendor's dialect get its unknown fields; `events` serve every other caller, and the accounts.
 */
export interface Frame {
  readonly events: readonly AnswerEvent[];
  readonly wire?: { readonly dialect: Dialect; readonly streamed: boolean; readonly body: JsonObject };
}
