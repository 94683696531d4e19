import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Json } from '../../workflows/contracts/json.js';
import type { Candidate, RequestInput } from '../../workflows/contracts/requests.js';
import type { PlanReport } from '../../workflows/contracts/routing.js';
import type { Tags } from '../../workflows/contracts/usage-reports.js';
import type { Queryable } from '../storage/database.js';
import { storableJson } from '../storage/storable-json.js';
import { spendingScopes } from './spending-scopes.js';

/** What a planner decided: to hold an amount, to refuse, or to let go because nobody waits any more. */
export type Decision =
  | {
      readonly move: 'hold';
      readonly candidates: readonly Candidate[];
      readonly report?: PlanReport;
      readonly amountNanoUsd: bigint;
    }
  | { readonly move: 'refuse'; readonly refusal: object }
  | { readonly move: 'abandon'; readonly failureClass: FailureClass };

/** A request's row after a reservation was tried: what this run stored, or what an earlier one did. */
export interface ReservedRow {
  readonly state: 'reserved' | 'refused' | 'settled' | 'released';
  readonly fresh: boolean;
  /** Plans of before reports have none. */
  readonly plan: { readonly candidates: readonly Candidate[]; readonly report?: PlanReport } | null;
  readonly held: bigint | null;
  readonly refusal: Json;
  readonly failure_class: FailureClass | null;
}

function planOf({ candidates, report }: Extract<Decision, { move: 'hold' }>): string {
  return JSON.stringify({ candidates, ...(report && { report }) });
}

export interface FinishedRow {
  readonly state: 'settled' | 'released' | 'refused';
  readonly charged: bigint;
  /** False where the request had ended before. */
  readonly fresh: boolean;
}

/**
 * Stores a decision and, where it is to hold, holds the money in every scope, as one statement: one transaction. Tags go with
 * it, after the row that they belong to is there.
 */
export async function reserveRow(
  database: Queryable,
  request: RequestInput,
  decision: Decision,
  tags?: Tags,
): Promise<ReservedRow> {
  const values = [
    storableJson(request),
    spendingScopes(request, decision.move === 'hold' ? decision.candidates : []),
    decision.move === 'hold' ? decision.amountNanoUsd : 0n,
    decision.move === 'hold' ? planOf(decision) : null,
    decision.move === 'refuse' ? storableJson(decision.refusal) : null,
    decision.move === 'abandon' ? decision.failureClass : null,
  ];
  const [row] = await database.query<ReservedRow>(
    tags === undefined
      ? { name: 'request-reserve', text: 'SELECT * FROM requests.reserve($1, $2, $3, $4, $5, $6)', values }
      : {
          name: 'request-reserve-tagged',
          text: `SELECT reserved.*, usage.tag($7, $8)
                 FROM requests.reserve($1, $2, $3, $4, $5, $6) AS reserved`,
          values: [...values, request.requestId, storableJson(tags)],
        },
  );
  return row as ReservedRow;
}

export interface Finish {
  readonly request: RequestInput;
  readonly state: 'settled' | 'released';
  readonly attempt?: number;
  readonly failureClass?: FailureClass;
  /** The caller waits at another process: it is told, and the reply's log is left for it to read. */
  readonly elsewhere: boolean;
}

/** Ends a request, once; a later end is told what the first one was. */
export async function finishRow(database: Queryable, finish: Finish): Promise<FinishedRow> {
  const { request, state, attempt, failureClass, elsewhere } = finish;
  const [row] = await database.query<FinishedRow>({
    name: 'request-finish',
    text: 'SELECT * FROM requests.finish($1, $2, $3, $4, $5)',
    values: [storableJson(request), state, attempt ?? null, failureClass ?? null, elsewhere],
  });
  return row as FinishedRow;
}

/** Destroys the interactive content of a request that has ended, or tells the process that has yet to read it. */
export async function leaveContent(database: Queryable, requestId: string, elsewhere: boolean): Promise<void> {
  await database.query({
    name: 'request-leave-content',
    text: 'SELECT requests.leave_content($1, $2)',
    values: [requestId, elsewhere],
  });
}
