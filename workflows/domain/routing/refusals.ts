import type { Offer } from '../../contracts/offers.js';
import type { Demand, PlanResult } from '../../contracts/requests.js';
import { nearestModels } from '../models.js';
import { outputCapFor } from '../worst-case.js';
import type { Drops } from './drops.js';
import { firstOf, type Group } from './groups.js';

export interface PlanRefusal {
  readonly status: 'refused';
  readonly code: Exclude<Extract<PlanResult, { status: 'refused' }>['code'], 'insufficient_funds'>;
  readonly message: string;
  /** The caller's field, where there is one. */
  readonly param?: string;
  /** Ids of the offers most like the unknown name. */
  readonly nearest?: readonly string[];
}

/** As many are named as can be read. */
const NAMED = 5;
const SHOWN_NAME_LENGTH = 100;

export function refuseUnknown(
  name: string | undefined,
  models: readonly string[],
  offers: readonly Offer[],
): PlanRefusal {
  if (name === undefined) {
    return { status: 'refused', code: 'model_not_found', message: 'No model was named.', param: 'model', nearest: [] };
  }
  const nearest = nearestModels(name, offers);
  const hint = nearest.length === 0 ? 'No model is available to you.' : `The nearest are ${nearest.join(', ')}.`;
  const message = `The model '${shown(name)}' does not exist or is not available to you. ${hint}`;
  const param = models.length > 1 ? 'models' : 'model';
  return { status: 'refused', code: 'model_not_found', message, param, nearest };
}

/** Names every clause that took part in leaving nothing, and how many offers each has left out, the most first. */
export function refuseEmpty(models: readonly string[], { counts }: Drops): PlanRefusal {
  const clauses = Object.entries(counts).sort(([, left], [, right]) => right - left);
  const all = clauses.reduce((sum, [, count]) => sum + count, 0);
  const told = clauses.slice(0, NAMED).map(([clause, count]) => `'${clause}' leaves out ${count}`);
  const [first = ''] = clauses[0] ?? [];
  // Of two fields that one clause is stated by, the first.
  const param = first.startsWith('provider.') ? { param: first.split(' ')[0] ?? first } : {};
  const names = models.slice(0, NAMED).map((name) => `'${shown(name)}'`);
  const message = `Of the ${all} offers of ${names.join(', ')} none is left: ${told.join(', ')}. Loosen that, or name other models.`;
  return { status: 'refused', code: 'no_route', message, ...param };
}

export function refuseCap(groups: readonly Group[], demand: Demand): PlanRefusal {
  const limits = firstOf(groups, NAMED).map(
    (offer) => `${offer.id} writes at most ${outputCapFor(offer, { ...demand, maxOutputTokens: undefined })}`,
  );
  const message = `${String(demand.maxOutputTokens)} output tokens were asked for, but ${limits.join(' and ')}. Ask for fewer.`;
  return { status: 'refused', code: 'output_cap_too_large', message };
}

export function refuseUnbounded(groups: readonly Group[]): PlanRefusal {
  const ids = firstOf(groups, NAMED).map(({ id }) => id);
  const message = `The most that this call could cost on ${ids.join(' or ')} cannot be told beforehand. Leave out what has no price there (searches), or choose another model.`;
  return { status: 'refused', code: 'unbounded', message };
}

function shown(name: string): string {
  return name.slice(0, SHOWN_NAME_LENGTH);
}
