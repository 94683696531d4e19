import type { GatewayRefusal } from '../../workflows/contracts/reply.js';
import type { CandidateSummary, PlanResult, RequestInput } from '../../workflows/contracts/requests.js';
import type { Tags } from '../../workflows/contracts/usage-reports.js';
import { outlivesHolder } from '../../workflows/domain/crash-policy.js';
import { healthKey } from '../../workflows/domain/health-key.js';
import { formatNano, parseNano } from '../../workflows/domain/money.js';
import { plan } from '../../workflows/domain/plan.js';
import { tagsOf } from '../../workflows/domain/tags.js';
import { waitForContent } from '../content/wait-for-content.js';
import { findCaller, type CallerWhereabouts } from './caller-whereabouts.js';
import type { LedgerDependencies } from './ledger-dependencies.js';
import type { Plans } from './plan-directory.js';
import { toRefusal, type StoredRefusal } from './refusals.js';
import { leaveContent, reserveRow, type Decision } from './request-rows.js';

type RefusalCode = Extract<PlanResult, { status: 'refused' }>['code'];

/**
 * Plans in memory, then stores the plan and holds its money in one statement. Whatever an earlier run has stored stands:
 * its plan, its refusal, its end.
 */
export function createPlanAndReserve(
  deps: LedgerDependencies,
  plans: Plans,
): (input: RequestInput) => Promise<PlanResult> {
  return async (input) => {
    const caller = await findCaller(deps, input);
    const isAbandoned = caller === 'gone' && !outlivesHolder(input);
    const decision = isAbandoned ? abandon() : decide(deps, input);
    const tags = isAbandoned ? undefined : await readTags(deps, input);
    const row = await reserveRow(deps.database, input, decision, tags);
    const candidates = row.plan?.candidates ?? [];
    switch (row.state) {
      case 'reserved': {
        const heldNanoUsd = formatNano(row.held ?? 0n);
        plans.remember(input.requestId, { candidates, heldNanoUsd });
        deps.health.planned(candidates.map(({ offer }) => healthKey(offer.id)));
        return { status: 'reserved', candidates: candidates.map(({ offer }) => summarize(offer)), heldNanoUsd };
      }
      case 'refused': {
        const refusal = toRefusal(row.refusal as unknown as StoredRefusal, candidates, input.demand);
        await tellRefusal(deps, input, refusal);
        await forgetContent(deps, input, caller);
        return { status: 'refused', code: refusal.code as RefusalCode };
      }
      default:
        await forgetContent(deps, input, caller);
        return { status: 'abandoned', reason: row.failure_class ?? 'cancelled' };
    }
  };
}

/** The process that held the caller, and with it the content, has died before anything was sent. */
function abandon(): Decision {
  return { move: 'abandon', failureClass: 'content_gone' };
}

function decide(deps: LedgerDependencies, { models, demand, mode, restrictions }: RequestInput): Decision {
  const policy = { ...(mode && { mode }), ...(restrictions && { restrictions }) };
  const planned = plan({ models, demand }, deps.catalogue.offers, deps.health.snapshot(), policy);
  if (planned.status === 'planned') {
    return { move: 'hold', candidates: planned.candidates, amountNanoUsd: parseNano(planned.heldNanoUsd) };
  }
  const { code, message, param } = planned;
  return { move: 'refuse', refusal: { code, message, ...(param !== undefined && { param }) } satisfies GatewayRefusal };
}

/**
 * From the content, because a history would keep them for longer than anybody agreed to. The usual case finds it in memory
 * and asks nobody. Of a request with zero retention nothing is stored, its labels included.
 */
async function readTags(deps: LedgerDependencies, input: RequestInput): Promise<Tags | undefined> {
  if (input.retention === 'zdr') return undefined;
  const call = await waitForContent(deps, input);
  return call && tagsOf(call);
}

function summarize(offer: {
  readonly id: string;
  readonly vendor: string;
  readonly vendorModel: string;
}): CandidateSummary {
  return { offerId: offer.id, vendor: offer.vendor, model: offer.vendorModel };
}

/** Told anew by each run: an earlier one may have died between storing the refusal and telling it. */
async function tellRefusal(deps: LedgerDependencies, input: RequestInput, refusal: GatewayRefusal): Promise<void> {
  const sink = await deps.replies.open(input);
  try {
    await sink.push({ type: 'refused', refusal });
  } finally {
    sink.close();
  }
}

async function forgetContent(deps: LedgerDependencies, input: RequestInput, caller: CallerWhereabouts): Promise<void> {
  deps.content.drop(input.requestId);
  await leaveContent(deps.database, input.requestId, caller === 'elsewhere');
}
