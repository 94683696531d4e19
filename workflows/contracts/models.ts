import type { ModelQuality } from './model-quality.js';
import type { Capability } from './offers.js';

export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file';

/** A model, whoever serves it. What no source tells is absent. */
export interface Model {
  /** `maker/name`, for example `meta-llama/llama-3.3-70b-instruct`. */
  readonly id: string;
  readonly maker: string;
  /** For people: `Llama 3.3 70B Instruct`. */
  readonly name: string;
  /** What it is a version of: `llama`, `claude-sonnet`. */
  readonly family?: string;
  readonly modalities: { readonly input: readonly Modality[]; readonly output: readonly Modality[] };
  /** Tokens of input and output together: the longest that any of its offers has. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly Capability[];
  /** The end of what it has learnt, an ISO date or its beginning (`2025-04`). */
  readonly knowledge?: string;
  /** An ISO date. */
  readonly released?: string;
  readonly openWeights?: boolean;
  /** The ISO date on which the last of its offers that says so ends. */
  readonly deprecatedOn?: string;
  /** How well it does each kind of work; absent where nothing is known. */
  readonly quality?: ModelQuality;
}
