import type { TaskScores } from './estimates.js';
import type { Kind } from './kinds.js';
import type { MediaVariant } from './media-variants.js';
import type { PriceList } from './prices.js';

export type { Price, PriceList } from './prices.js';

export type Capability =
  | 'tools'
  | 'images'
  | 'files'
  | 'audio_input'
  | 'video_input'
  | 'audio_output'
  | 'json_schema'
  | 'reasoning'
  | 'web_search'
  | 'logprobs';

/** A published way to make tokens of text. */
export type Tokenizer = 'o200k_base';

/** Prices of a request whose input is longer than `aboveInputTokens`: they hold for all of it, output included. */
export interface LongContext {
  readonly aboveInputTokens: number;
  readonly prices: PriceList;
}

/** How fast a vendor promises to answer, where it sells that at prices of its own. */
export type ServiceTier = 'batch' | 'flex' | 'priority';

/** What an offer costs in a service tier; units that it does not name cost what they cost without the tier. */
export interface TierPrices {
  readonly prices: PriceList;
  readonly longContext?: LongContext;
}

/** Of where prices come and when they were read. */
export interface PriceSource {
  readonly url: string;
  /** An ISO date. */
  readonly asOf: string;
  /** Present where the operator has set other prices since then. */
  readonly setBy?: 'operator';
  /** The currency that the vendor charges in, where the source has converted its prices to USD. */
  readonly convertedFrom?: string;
}

/** What the vendor does with what it is sent. `unknown` unless its terms have been read. */
export type DataPolicy = 'unknown' | 'not_trained_on' | 'zero_retention';

/** One way to serve a model: a vendor, its name for the model, its limits and its price list. Frozen into the plan of each request. */
export interface Offer {
  /** `vendor/model`, for example `openai/gpt-4o-mini`; unique in the catalogue. */
  readonly id: string;
  readonly vendor: string;
  /** The vendor's own name for the model, sent on the wire. */
  readonly vendorModel: string;
  /** Names that resolve to this offer besides its id: bare and dated ones. */
  readonly aliases: readonly string[];
  readonly kind: Kind;
  /** The vendor's API that serves it, where a vendor has several; absent where it does not matter. */
  readonly wire?: 'openai-chat' | 'openai-responses';
  /** Tokens of input and output together; of media the most of one input, 0 where it has no such limit. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly Capability[];
  /** Most input tokens that one image may cost; absent where images cannot be bounded other than by the context window. */
  readonly maxImageTokens?: number;
  /** The tokenizer whose count of a text is this model's own; absent where none is known, so that bytes bound its tokens. */
  readonly tokenizer?: Tokenizer;
  /** Absent units cost what `input` or `output` costs; an empty list is an offer that is free of charge (sandbox only). */
  readonly prices: PriceList;
  readonly longContext?: LongContext;
  /** Further steps by length of input, each longer than the one before it. */
  readonly longerContexts?: readonly LongContext[];
  /** Of media: what a request costs that asks for these properties, in place of the same units of `prices`. */
  readonly variants?: readonly MediaVariant[];
  /** Of media that is charged by the token: what a picture or a second comes to, to reserve by. */
  readonly estimates?: readonly MediaVariant[];
  /** Length of the vectors, of embeddings. */
  readonly dimensions?: number;
  readonly source: PriceSource;
  /** The model that this offer serves, as `maker/name`: offers of several vendors have it in common. */
  readonly model?: string;
  /** True where the vendor made the model. */
  readonly firstParty?: true;
  /** The vendor's own name for the region that these prices hold in; such an offer is only asked for by its id. */
  readonly region?: string;
  /** What batches, `flex` and `priority` cost. Not frozen into plans: no request is planned by tier yet. */
  readonly tiers?: { readonly [T in ServiceTier]?: TierPrices };
  /**
   * Prices of the models with which the vendor's own tool makes pictures, by the vendor's names, in the units `image_tool_…`.
   * Of these only the one that a call names is frozen into its plan, among the prices.
   */
  readonly imageTool?: { readonly [model: string]: PriceList };
  /** The ISO date on which the vendor ends it. */
  readonly deprecatedOn?: string;
  /** Absent is `unknown`. */
  readonly dataPolicy?: DataPolicy;
  /** How the weights are stored, in OpenRouter's words (`fp8`, `bf16`, …), where the vendor says so; absent is `unknown`. */
  readonly quantization?: string;
  /** How well its model does each kind of work, by published figures; absent where there are none. Not frozen into plans. */
  readonly quality?: TaskScores;
  /** Seconds since the epoch, for the models list. */
  readonly created: number;
}
