import type { KeyMode, Restrictions } from '../contracts/access.js';
import type { NanoUsd } from '../contracts/money.js';
import type { Offer } from '../contracts/offers.js';
import type { Candidate, Demand } from '../contracts/requests.js';
import { formatNano } from './money.js';
import { nearestModels, resolveModel } from './models.js';
import { speaks } from './native-vendors.js';
import { allowsModel } from './restrictions.js';
import { outputCapFor, worstCase } from './worst-case.js';

/** What is known of vendors at this moment, by offer id; an offer that is not named counts as available. */
export type HealthSnapshot = { readonly [offerId: string]: { readonly available: boolean } | undefined };

/** What the caller's key, project, teams and organisation allow. */
export interface PlanPolicy {
  readonly restrictions?: readonly Restrictions[];
  readonly mode?: KeyMode;
}

/** The offers that this caller may use: for a test key the sandbox, free of charge. */
export function offersFor(offers: readonly Offer[], { restrictions = [], mode }: PlanPolicy): readonly Offer[] {
  const allowed = restrictions.length === 0 ? offers : offers.filter(({ id }) => allowsModel(restrictions, id));
  if (mode !== 'test') return allowed;
  return allowed
    .filter(({ vendor }) => vendor === 'sandbox')
    .map(({ longContext: _, ...offer }) => ({ ...offer, prices: {} }));
}

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
  const allowed = offersFor(offers, policy);
  const unknown = models.find((name) => resolveModel(name, allowed) === undefined);
  // An unknown name among known ones is refused as well: a mistyped fallback should not be found out in an outage.
  if (unknown !== undefined || models.length === 0) return refuseUnknown(unknown, models, allowed);

  const named = [...new Set(models.flatMap((name) => resolveModel(name, allowed) ?? []))];
  const able = keepAble(keepNative(named, demand.boundTo), demand.needs);
  const roomy = able.filter((offer) => outputCapFor(offer, demand) >= (demand.maxOutputTokens ?? 0));
  if (roomy.length === 0) return refuseCap(able, demand);

  const bounded = roomy.flatMap((offer) => toCandidate(offer, demand) ?? []);
  if (bounded.length === 0) return refuseUnbounded(roomy);

  const isUp = ({ offer }: Candidate): boolean => health[offer.id]?.available ?? true;
  const candidates = [...bounded.filter(isUp), ...bounded.filter((candidate) => !isUp(candidate))];
  return { status: 'planned', candidates, heldNanoUsd: dearestOf(candidates) };
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

function toCandidate(offer: Offer, demand: Demand): Candidate | undefined {
  const maxOutputTokens = outputCapFor(offer, demand);
  const cost = worstCase(offer, demand, maxOutputTokens);
  return cost === undefined ? undefined : { offer, maxOutputTokens, worstCaseNanoUsd: formatNano(cost) };
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
  const message = `${String(demand.maxOutputTokens)} output tokens were asked for, but ${limits.join(' and ')}. Ask for fewer.`;
  return { status: 'refused', code: 'output_cap_too_large', message };
}

function refuseUnbounded(offers: readonly Offer[]): PlanRefusal {
  const message = `The most that this call could cost on ${offers.map(({ id }) => id).join(' or ')} cannot be told beforehand. Leave out what has no price there (searches), or choose another model.`;
  return { status: 'refused', code: 'unbounded', message };
}
