import type { Offer } from '../../workflows/contracts/offers.js';
import type { GatewayRefusal } from '../../workflows/contracts/reply.js';
import type { Candidate, CandidateSummary, PlanResult, RequestInput } from '../../workflows/contracts/requests.js';
import type { Tags } from '../../workflows/contracts/usage-reports.js';
import { outlivesHolder } from '../../workflows/domain/crash-policy.js';
import { formatNano, parseNano } from '../../workflows/domain/money.js';
import { accountsByVendor, dearestCharge, spreadOverCredentials } from '../../workflows/domain/credentials.js';
import { offersOfKind } from '../../workflows/domain/offers-of-kind.js';
import { plan } from '../../workflows/domain/plan.js';
import { withBatchTier } from '../../workflows/domain/batch-tier.js';
import { mergePreferences } from '../../workflows/domain/routing/merge-preferences.js';
import { toRouteSummary } from '../../workflows/domain/routing/report.js';
import { ROUTING_ARM_TAG, tagsOf } from '../../workflows/domain/tags.js';
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
      // Settled by an earlier run, which was lost before it could say so: this one goes the same way over what is recorded.
      case 'settled':
      case 'reserved': {
        const heldNanoUsd = formatNano(row.held ?? 0n);
        plans.remember(input.requestId, { candidates, heldNanoUsd });
        const report = row.plan?.report;
        return {
          status: 'reserved',
          candidates: candidates.map(summarize),
          heldNanoUsd,
          ...(report && { route: toRouteSummary(report, input.routing?.levels ?? []) }),
        };
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

function decide(deps: LedgerDependencies, input: RequestInput): Decision {
  const { requestId, kind, affinity, models, demand, mode, restrictions, routing, organizationId, projectId } = input;
  // A session keeps to one vendor, and to one account there: both are what its cache belongs to.
  const seed = affinity ?? requestId;
  const vendors = deps.credentials.vendorsFor(organizationId, projectId);
  const credentials = deps.credentials.usableBy(organizationId, projectId);
  const accounts = accountsByVendor(credentials, deps.credentials.environment);
  const policy = { ...(mode && { mode }), ...(restrictions && { restrictions }), vendors, accounts };
  const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const call = { models, demand, seed, today, ...(routing && { routing }) };
  const health = deps.health.snapshot();
  const planned = plan(call, offersOfKind(deps.catalogue, kind), health, policy);
  if (planned.status === 'planned') {
    const levels = routing?.levels ?? [];
    const keepsOrder = mergePreferences(levels).orderedBy !== undefined;
    const spread = spreadOverCredentials(planned.candidates, credentials, {
      ...{ organizationId, projectId, seed, health, environment: deps.credentials.environment },
      keepsOrder,
    });
    const listed = (id: string): Offer | undefined =>
      offersOfKind(deps.catalogue, kind).find((offer) => offer.id === id);
    const takes = ({ offer, credentialId }: Candidate): boolean =>
      deps.takesBatches(offer, credentialId, { organizationId, projectId });
    const candidates = input.job?.native
      ? withBatchTier(spread, { demand, levels, keepsOrder, listed, takes })
      : spread;
    // At once: of requests at the same moment no more may find out how a resting vendor is than was meant.
    deps.health.planned(candidates.map(summarize));
    const amountNanoUsd = parseNano(dearestCharge(candidates));
    return { move: 'hold', candidates, report: planned.report, amountNanoUsd };
  }
  const { code, message, param } = planned;
  return { move: 'refuse', refusal: { code, message, ...(param !== undefined && { param }) } satisfies GatewayRefusal };
}

/**
 * From the content, because a history would keep them for longer than anybody agreed to. The usual case finds it in memory
 * and asks nobody. Of a request with zero retention nothing is stored, its labels included.
 */
async function readTags(deps: LedgerDependencies, input: RequestInput): Promise<Tags | undefined> {
  const arm = armTag(input);
  if (input.retention === 'zdr') return arm;
  const call = await waitForContent(deps, input);
  const tags = call && tagsOf(call);
  return tags && arm ? { ...tags, ...arm } : (arm ?? tags);
}

/** The arm of an experiment is a label too, so that usage is grouped by it as by any other. */
function armTag({ routing }: RequestInput): Tags | undefined {
  const arm = routing?.arm;
  return arm && { [ROUTING_ARM_TAG]: `${arm.policyId}/${arm.name}` };
}

function summarize({
  offer: { id, vendor, vendorModel, model, region },
  credentialId,
  tier,
}: Candidate): CandidateSummary {
  return {
    offerId: id,
    vendor,
    model: vendorModel,
    ...(model !== undefined && { serves: model }),
    ...(region !== undefined && { region }),
    ...(credentialId !== undefined && { credentialId }),
    ...(tier && { tier }),
  };
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
