import type { Frame } from './answer.js';
import type { AttemptFailure, FailureDetail } from './failures.js';
import type { NanoUsd } from './money.js';
import type { Usage } from './usage.js';

/** The account of an answer, told to the caller once its outcome is recorded. */
export interface AnswerSummary {
  readonly attempt: number;
  readonly offerId: string;
  readonly vendor: string;
  readonly usage: Usage;
  readonly chargeNanoUsd: NanoUsd;
  /** What the vendor asks for it at the plan's prices; there where the caller's own account served, which pays that itself. */
  readonly ownCostNanoUsd?: NanoUsd;
}

/** Why there is no answer, from the gateway itself; `code` is a row of the error table (`workflows/domain/errors.ts`). */
export interface GatewayRefusal {
  readonly code: string;
  readonly message: string;
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** Of a rate limit, what it counts: OpenAI's `type` of the error. */
  readonly limitedBy?: 'requests' | 'tokens';
  readonly details?: { readonly [name: string]: string | number };
}

/** What flows from the activities to whoever holds the caller. Content: only in memory, or encrypted in the shared log. */
export type ReplyEvent =
  | { readonly type: 'frame'; readonly attempt: number; readonly sequence: number; readonly frame: Frame }
  /** The last event of an answer; every frame came before it. */
  | { readonly type: 'answered'; readonly summary: AnswerSummary }
  /** The last event of a request that a vendor failed; after content, the caller gets a typed error in the stream. */
  | {
      readonly type: 'failed';
      readonly failure: AttemptFailure;
      readonly detail: FailureDetail;
      readonly summary?: AnswerSummary;
    }
  /** The last event of a request that the gateway refused before any vendor was asked. */
  | { readonly type: 'refused'; readonly refusal: GatewayRefusal };
