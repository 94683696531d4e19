import type { AnswerEvent, FinishReason } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';

export type ChoiceEvent = Extract<AnswerEvent, { choice: number }>;

/** The block that is being written; `block` is its number in the canonical events, `index` the one that it goes out under. */
export type OpenBlock =
  | { readonly kind: 'text' | 'refusal' | 'custom'; readonly block: number; readonly index: number }
  | { readonly kind: 'tool'; readonly block: number; readonly index: number; readonly written: string }
  | {
      readonly kind: 'thinking';
      readonly block: number;
      readonly index: number;
      readonly vendor?: string;
      readonly id?: string;
      readonly signature?: string;
    };

/** What has been rendered of an answer in canonical form. */
export interface BlocksState {
  /** The number that the next block gets. */
  readonly next: number;
  readonly open?: OpenBlock;
  /** Events of blocks that have to wait until the open one is whole. */
  readonly waiting: readonly ChoiceEvent[];
  readonly reason?: FinishReason;
  readonly calledTools: boolean;
  readonly refused: boolean;
  /** What this dialect could not show, by the feature that warnings name. */
  readonly lost: ReadonlySet<string>;
}

export const NO_BLOCKS: BlocksState = {
  next: 0,
  waiting: [],
  calledTools: false,
  refused: false,
  lost: new Set(),
};

export type BlocksStep = readonly [BlocksState, readonly JsonObject[]];

export function lose(state: BlocksState, feature: string): BlocksState {
  return state.lost.has(feature) ? state : { ...state, lost: new Set([...state.lost, feature]) };
}
