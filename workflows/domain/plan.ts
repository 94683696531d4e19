import type { NanoUsd } from '../contracts/money.js';
import type { Offer } from '../contracts/offers.js';
import type { Candidate, Demand } from '../contracts/requests.js';
import { formatNano } from './money.js';
import { nearestModels } from './models.js';
import { namedOffers, offersFor, type PlanPolicy } from './named-offers.js';
import { speaks } from './native-vendors.js';
import { outputCapFor, worstCase } from './worst-case.js';

export { offersFor, type PlanPolicy } from './named-offers.js';

/**
 * Offers of one model that are planned, the first of those that can serve the call. More would hardly help in an outage, and
 * the dearest of all decides how much money is held.
 */
const MAX_OFFERS_A_NAME = 5;

/** What is known of vendors at this moment, by offer id; an offer that is not named counts as available. */
export type HealthSnapshot = { readonly [offerId: string]: { readonly available: boolean } | undefined };

export type Plan =
  | { readonly status: 'planned'; readonly candidates: readonly Candidate[]; readonly heldNanoUsd: NanoUsd }
  | PlanRefusal;

export interface PlanRefusal {
  readonly status: 'refused';
  readonly code: 'model_not_found' | 'unbounded' | 'output_cap_too_large';
  readonly message: string;
  /** The caller's field, where there is one. */
  readonly param?: string;
  /** Ids of the offers most like the unknown name. */
  readonly nearest?: readonly string[];
}

export interface PlannedCall {
  /** Models in order of preference, as the caller named them. */
  readonly models: readonly string[];
  readonly demand: Demand;
}

/**
 * Which offers may serve the call, in which order, and the most that any of them can cost. The caller's order is kept,
 * but for offers that are known to be down: they go last, and stay, because what is known may be old.
 */
export function plan(
  { models, demand }: PlannedCall,
  offers: readonly Offer[],
  health: HealthSnapshot,
  policy: PlanPolicy,
): Plan {
  const meant = models.map((name) => namedOffers(name, offers, policy));
  const unknown = models.find((_, index) => meant[index]?.length === 0);
  // An unknown name among known ones is refused as well: a mistyped fallback should not be found out in an outage.
  if (unknown !== undefined || models.length === 0) return refuseUnknown(unknown, models, offersFor(offers, policy));

  const named = withoutRepetition(meant.flat());
  const able = keepAble(keepNative(named, demand.boundTo), demand.needs);
  const roomy = keepRoomy(able, demand);
  if (roomy.length === 0) return refuseCap(able, demand);

  const bounded = roomy.flatMap((offer) => toCandidate(offer, demand) ?? []);
  if (bounded.length === 0) return refuseUnbounded(roomy);

  const isUp = ({ offer }: Candidate): boolean => health[offer.id]?.available ?? true;
  const ordered = [...bounded.filter(isUp), ...bounded.filter((candidate) => !isUp(candidate))];
  const candidates = atMostFor(meant, ordered);
  return { status: 'planned', candidates, heldNanoUsd: dearestOf(candidates) };
}

function withoutRepetition(offers: readonly Offer[]): readonly Offer[] {
  // By id, because a test key's offers are made anew for each name.
  return [...new Map(offers.map((offer) => [offer.id, offer])).values()];
}

/** For each name the first few of its offers. */
function atMostFor(meant: readonly (readonly Offer[])[], candidates: readonly Candidate[]): readonly Candidate[] {
  const kept = meant.flatMap((offers) => {
    const ids = new Set(offers.map(({ id }) => id));
    return candidates.filter(({ offer }) => ids.has(offer.id)).slice(0, MAX_OFFERS_A_NAME);
  });
  return candidates.filter((candidate) => kept.includes(candidate));
}

/**
 * Without the offers that lack what the call needs, need by need, as long as another offer has it. Where none has it all
 * stay, and the vendor's adapter says to the caller what it cannot do.
 */
function keepAble(offers: readonly Offer[], needs: Demand['needs']): readonly Offer[] {
  return needs.reduce<readonly Offer[]>((left, need) => {
    const able = left.filter(({ capabilities }) => capabilities.includes(need));
    return able.length > 0 ? able : left;
  }, offers);
}

/** As `keepAble`, for a call that only vendors of one dialect understand. */
function keepNative(offers: readonly Offer[], dialect: Demand['boundTo']): readonly Offer[] {
  if (dialect === undefined) return offers;
  const native = offers.filter((offer) => speaks(offer, dialect));
  return native.length > 0 ? native : offers;
}

/** Those that write as much as was asked for. */
function keepRoomy(offers: readonly Offer[], demand: Demand): readonly Offer[] {
  const roomy = offers.filter((offer) => outputCapFor(offer, demand) >= (demand.maxOutputTokens ?? 0));
  return roomy.length === 0 && demand.capIsDemanded === true ? offers : roomy;
}

function toCandidate(offer: Offer, demand: Demand): Candidate | undefined {
  const maxOutputTokens = outputCapFor(offer, demand);
  const cost = worstCase(offer, demand, maxOutputTokens);
  if (cost === undefined) return undefined;
  // What a request cannot be charged by is not frozen into its plan, which is stored with every request.
  const { tiers: _, quality: _quality, ...frozen } = offer;
  return { offer: frozen, maxOutputTokens, worstCaseNanoUsd: formatNano(cost) };
}

function dearestOf(candidates: readonly Candidate[]): NanoUsd {
  const costs = candidates.map(({ worstCaseNanoUsd }) => BigInt(worstCaseNanoUsd));
  return formatNano(costs.reduce((most, cost) => (cost > most ? cost : most), 0n));
}

function refuseUnknown(name: string | undefined, models: readonly string[], offers: readonly Offer[]): PlanRefusal {
  if (name === undefined) {
    return { status: 'refused', code: 'model_not_found', message: 'No model was named.', param: 'model', nearest: [] };
  }
  const nearest = nearestModels(name, offers);
  const hint = nearest.length === 0 ? 'No model is available to you.' : `The nearest are ${nearest.join(', ')}.`;
  const message = `The model '${name.slice(0, 100)}' does not exist or is not available to you. ${hint}`;
  return {
    status: 'refused',
    code: 'model_not_found',
    message,
    param: models.length > 1 ? 'models' : 'model',
    nearest,
  };
}

function refuseCap(offers: readonly Offer[], demand: Demand): PlanRefusal {
  const limits = offers.map(
    (offer) => `${offer.id} writes at most ${outputCapFor(offer, { ...demand, maxOutputTokens: undefined })}`,
  );
  const message = `${String(demand.maxOutputTokens)} output tokens were asked for, but ${limits.slice(0, MAX_OFFERS_A_NAME).join(' and ')}. Ask for fewer.`;
  return { status: 'refused', code: 'output_cap_too_large', message };
}

function refuseUnbounded(offers: readonly Offer[]): PlanRefusal {
  const ids = offers.slice(0, MAX_OFFERS_A_NAME).map(({ id }) => id);
  const message = `The most that this call could cost on ${ids.join(' or ')} cannot be told beforehand. Leave out what has no price there (searches), or choose another model.`;
  return { status: 'refused', code: 'unbounded', message };
}
