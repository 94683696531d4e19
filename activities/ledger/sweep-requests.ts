import type { RequestActivities } from '../../workflows/contracts/activities.js';
import type { ReplySinks } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Database } from '../storage/database.js';
import { recordLapsed } from './record-lapsed.js';
import { findUnfinished, lastMove, type UnfinishedRequest } from './unfinished-requests.js';

const pageSize = 100;

export interface SweptRequests {
  readonly settled: number;
  readonly released: number;
}

export interface RequestSweepDependencies {
  readonly database: Database;
  readonly ledger: Pick<RequestActivities, 'settle' | 'release'>;
  readonly replies: ReplySinks;
  readonly workflows: {
    /** False where the workflow is closed or unknown. */
    readonly isOpen: (requestId: string) => Promise<boolean>;
    /** Starts a keyed request whose workflow a crash kept from starting; without it such a request is released. */
    readonly start?: (input: RequestInput) => Promise<unknown>;
  };
  readonly olderThanMs: number;
  readonly onError: (error: unknown) => void;
}

/** Ends what workflows that are over have left open; one that is running is never touched. */
export async function sweepRequests(deps: RequestSweepDependencies): Promise<SweptRequests> {
  const count = { settled: 0, released: 0 };
  let page: readonly UnfinishedRequest[] = [];
  do {
    const afterId = page.at(-1)?.id ?? '';
    page = await findUnfinished(deps.database, { olderThanMs: deps.olderThanMs, afterId, limit: pageSize });
    for (const request of page) {
      // Temporal first: while it cannot be asked, nothing is known of any request.
      if (await deps.workflows.isOpen(request.id)) continue;
      const end = await sweepRequest(deps, request).catch(deps.onError);
      if (end) count[end] += 1;
    }
  } while (page.length === pageSize);
  return count;
}

async function sweepRequest(
  deps: RequestSweepDependencies,
  request: UnfinishedRequest,
): Promise<'settled' | 'released' | undefined> {
  const move = lastMove(request, deps.workflows.start !== undefined);
  switch (move.move) {
    case 'wait':
      return undefined;
    case 'start':
      await deps.workflows.start?.(request.input);
      return undefined;
    case 'settle':
      return end(deps, request, () => deps.ledger.settle({ request: request.input, attempt: move.attempt }));
    case 'release': {
      const { failure, attempt } = move;
      const input = { request: request.input, failure, ...(attempt !== undefined && { attempt }) };
      return end(deps, request, () => deps.ledger.release(input));
    }
    case 'settle_at_checkpoint': {
      const outcome = await recordLapsed(deps, request, move.attempt);
      if (!outcome) return undefined;
      // From here on it is as if the attempt had recorded this itself.
      return sweepRequest(deps, { ...request, attempt: { ...move.attempt, state: 'recorded', outcome } });
    }
  }
}

async function end(
  { database }: RequestSweepDependencies,
  { id }: UnfinishedRequest,
  finish: () => ReturnType<RequestActivities['settle']>,
): Promise<'settled' | 'released'> {
  const { state } = await finish();
  // Whoever holds the caller was waiting for a workflow that is no more.
  await database.query({ text: `SELECT pg_notify('sluice_request_ended', $1)`, values: [id] });
  return state;
}
