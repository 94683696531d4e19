import type { UsdDecimal } from './money.js';
import type { Unit } from './usage.js';

/** A price: `usd` for every `per` units, both exact. */
export interface Price {
  readonly usd: UsdDecimal;
  readonly per: number;
}

export type Capability =
  | 'tools'
  | 'images'
  | 'files'
  | 'audio_input'
  | 'audio_output'
  | 'json_schema'
  | 'reasoning'
  | 'web_search'
  | 'logprobs';

/** A published way to make tokens of text. */
export type Tokenizer = 'o200k_base';

/** One way to serve a model: a vendor, its name for the model, its limits and its price list. Frozen into the plan of each request. */
export interface Offer {
  /** `vendor/model`, for example `openai/gpt-4o-mini`; unique in the catalogue. */
  readonly id: string;
  readonly vendor: string;
  /** The vendor's own name for the model, sent on the wire. */
  readonly vendorModel: string;
  /** Names that resolve to this offer besides its id: bare and dated ones. */
  readonly aliases: readonly string[];
  readonly kind: 'chat';
  /** Tokens of input and output together. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly Capability[];
  /** Most input tokens that one image may cost; absent where images cannot be bounded other than by the context window. */
  readonly maxImageTokens?: number;
  /** The tokenizer whose count of a text is this model's own; absent where none is known, so that bytes bound its tokens. */
  readonly tokenizer?: Tokenizer;
  /** Absent units cost what `input` or `output` costs; an empty list is an offer that is free of charge (sandbox only). */
  readonly prices: { readonly [U in Unit]?: Price };
  /** Prices of a request whose input is longer than `aboveInputTokens`: they hold for all of it, output included. */
  readonly longContext?: {
    readonly aboveInputTokens: number;
    readonly prices: { readonly [U in Unit]?: Price };
  };
  /** Where the prices come from and when they were read; `setBy` where the operator has set others since then. */
  readonly source: { readonly url: string; readonly asOf: string; readonly setBy?: 'operator' };
  /** Seconds since the epoch, for the models list. */
  readonly created: number;
}
