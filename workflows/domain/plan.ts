import type { HealthSnapshot, OfferHealth } from '../contracts/health.js';
import type { NanoUsd } from '../contracts/money.js';
import type { Offer } from '../contracts/offers.js';
import type { Candidate, Demand } from '../contracts/requests.js';
import type { PlanReport, RequestRouting } from '../contracts/routing.js';
import { dearestCharge } from './credentials.js';
import { healthOfOffer, worseOf } from './health/way-health.js';
import { meaningOf, offersFor, type PlanPolicy } from './named-offers.js';
import { clausesOf } from './routing/clauses.js';
import { chooseCandidates, type ChosenOffer } from './routing/choose.js';
import { createDrops } from './routing/drops.js';
import { keepFit, keepMet, keepRoomy } from './routing/filter.js';
import { countOf, groupsOf } from './routing/groups.js';
import { mergePreferences } from './routing/merge-preferences.js';
import { createOrdering } from './routing/order.js';
import { type PlanRefusal, refuseCap, refuseEmpty, refuseUnbounded, refuseUnknown } from './routing/refusals.js';
import { toReport } from './routing/report.js';
import { type OfferRow, rowsOf } from './routing/rows.js';

export { offersFor, type PlanPolicy } from './named-offers.js';
export type { PlanRefusal } from './routing/refusals.js';

export type Plan =
  | {
      readonly status: 'planned';
      readonly candidates: readonly Candidate[];
      readonly heldNanoUsd: NanoUsd;
      readonly report: PlanReport;
    }
  | (PlanRefusal & { readonly report?: PlanReport });

export interface PlannedCall {
  /** Models in order of preference, as the caller named them. */
  readonly models: readonly string[];
  readonly demand: Demand;
  readonly routing?: RequestRouting;
  /** The session's hash or the request's id: it decides among the vendors of one model. Absent where the cheapest comes first. */
  readonly seed?: string;
  /** An ISO date, by which is told what a vendor has ended. */
  readonly today?: string;
  /** How many of the offers that are left out the report names; as many as can be stored where it is absent. */
  readonly maxNamedDrops?: number;
}

/**
 * Which offers may serve the call, in which order, why, and the most that any of them can cost; the same for the same input.
 * First what every candidate must meet, then what the call needs as long as one offer has it, then the order, then the first
 * few of each name whose cost can be bounded.
 */
export function plan(call: PlannedCall, offers: readonly Offer[], health: HealthSnapshot, policy: PlanPolicy): Plan {
  const { demand, routing } = call;
  const levels = routing?.levels ?? [];
  const models = routing?.models ?? call.models;
  const withRegions = levels.some(({ regions }) => regions !== undefined);
  const meant = models.map((name) => meaningOf(name, offers, policy, withRegions));
  const unknown = models.find((_, index) => meant[index]?.offers.length === 0);
  // An unknown name among known ones is refused as well: a mistyped fallback should not be found out in an outage.
  if (unknown !== undefined || models.length === 0) return refuseUnknown(unknown, models, offersFor(offers, policy));

  const groups = groupsOf(meant, (list) => rowsOf(list, health));
  const drops = createDrops(call.maxNamedDrops);
  const report = (chosen: readonly ChosenOffer[]): PlanReport => toReport(countOf(groups), chosen, drops, call);
  const met = keepMet(groups, clausesOf(levels, demand), drops);
  if (countOf(met) === 0) return { ...refuseEmpty(models, drops), report: report([]) };
  const fit = keepFit(met, demand, drops);
  const roomy = keepRoomy(fit, demand, drops);
  if (countOf(roomy) === 0) return { ...refuseCap(fit, demand), report: report([]) };

  const ordering = createOrdering(roomy, {
    preferences: mergePreferences(levels),
    healthOf: healthReader(health, policy),
    ...(call.seed !== undefined && { seed: call.seed }),
    ...(call.today !== undefined && { today: call.today }),
  });
  const chosen = chooseCandidates(ordering, demand, levels, drops);
  if (chosen.length === 0) {
    const isByClause = drops.has('cost') || drops.has('no_fallbacks');
    return { ...(isByClause ? refuseEmpty(models, drops) : refuseUnbounded(roomy)), report: report([]) };
  }
  const candidates = chosen.map(({ candidate }) => candidate);
  return { status: 'planned', candidates, heldNanoUsd: dearestCharge(candidates), report: report(chosen) };
}

/** Mostly a vendor is asked by the environment's account alone, whose health is at hand. */
function healthReader(health: HealthSnapshot, { accounts }: PlanPolicy): (row: OfferRow) => OfferHealth | undefined {
  if (accounts === undefined || accounts.size === 0) return ({ own, account }) => worseOf(own.health, account.health);
  return ({ offer, own, account, accountId }) => {
    const credentialIds = accounts.get(offer.vendor);
    return credentialIds ? healthOfOffer(health, offer, credentialIds, accountId) : worseOf(own.health, account.health);
  };
}
