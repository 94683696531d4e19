/** What most of a request's work is. */
export type TaskKind = 'summary' | 'extraction' | 'chat' | 'code' | 'maths' | 'reasoning' | 'vision' | 'tools';

/** A feature of the request that moved the estimate, by name, and how far (log odds): never what the request says. */
export interface EstimateReason {
  readonly of: 'kind' | 'difficulty';
  readonly feature: string;
  readonly weight: number;
}

/** A guess, made from a request's features alone, of what it asks for and how able a model it needs. */
export interface Estimate {
  readonly kind: TaskKind;
  /** From 0 to 1, two decimals: how likely it is that a small model's answer would have to be corrected. */
  readonly difficulty: number;
  /** The strongest first; at most three of the kind and three of the difficulty. */
  readonly reasons: readonly EstimateReason[];
}

/** How well a model does each kind of work, from 0 to 1; a kind is absent where nothing is known. */
export type TaskScores = { readonly [K in TaskKind]?: number };
