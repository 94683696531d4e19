import type { Dialect, Extras } from './call.js';
import type { Json, JsonObject } from './json.js';
import type { MediaEvent } from './media-answers.js';
import type { Usage } from './usage.js';
import type { Warning } from './warning.js';

export type { Warning } from './warning.js';

/** Why a choice ended: our word for it and the vendor's. */
export interface FinishReason {
  readonly unified: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'pause' | 'other';
  readonly raw?: string;
}

/** Positions count characters of the block's text (`url`) or of the source (`document`), as the vendor counted them. */
export type Citation =
  | {
      readonly type: 'url';
      readonly url: string;
      readonly title?: string;
      readonly citedText?: string;
      readonly start?: number;
      readonly end?: number;
      readonly extras?: Extras;
    }
  | {
      readonly type: 'document';
      /** The position among the documents of the request. */
      readonly document?: number;
      readonly fileId?: string;
      readonly title?: string;
      readonly citedText?: string;
      readonly unit?: 'character' | 'page' | 'block';
      readonly start?: number;
      readonly end?: number;
      readonly extras?: Extras;
    };

/**
 * One step of an answer, streamed or not. `choice` is the index among `n` answers; `block` orders content within a choice
 * (a tool call, a run of text, a run of reasoning each have their own number).
 */
export type AnswerEvent =
  | MediaEvent
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
      /** The vendor's name for this run of reasoning, where it has one. */
      readonly id?: string;
      /** Who can check `signature` and `redacted`: `anthropic`, `openai`, `google`; the maker, whichever service served it. */
      readonly vendor?: string;
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
  /** A source that the text of the block rests on. */
  | { readonly type: 'citation'; readonly choice: number; readonly block: number; readonly citation: Citation }
  /** Log probabilities of tokens of the block, in the form that OpenAI's dialects share. */
  | {
      readonly type: 'logprobs';
      readonly choice: number;
      readonly block: number;
      readonly tokens: readonly JsonObject[];
      readonly refusal?: boolean;
    }
  /** Speech, a piece at a time: `data` is base64 of the next bytes, `transcript` the next of its words. */
  | {
      readonly type: 'audio-delta';
      readonly choice: number;
      readonly block: number;
      readonly id?: string;
      readonly data?: string;
      readonly transcript?: string;
      readonly expiresAtSeconds?: number;
    }
  /** Content of a vendor that has no canonical form; rendered only in its own dialect, told of by a warning in any other. */
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
