import type { Offer } from '../../workflows/contracts/offers.js';
import { nearestModels } from '../../workflows/domain/models.js';
import { namedOffers, offersFor, type PlanPolicy } from '../../workflows/domain/named-offers.js';
import { refused } from '../http/refused-error.js';

const NEAREST = 3;

/** A model that a caller named, and by which field. */
export interface NamedModel {
  readonly name: string;
  readonly param: string;
}

/** Refuses a request that names a model which is not served here, with those that were perhaps meant. */
export function checkModels(named: readonly NamedModel[], offers: readonly Offer[], policy: PlanPolicy): void {
  for (const { name, param } of named) {
    if (namedOffers(name, offers, policy).length > 0) continue;
    throw refused('model_not_found', describe(name, offersFor(offers, policy)), { param });
  }
}

/** Names are checked for control characters when they are parsed, so that this one may be shown. */
function describe(name: string, offers: readonly Offer[]): string {
  const nearest = nearestModels(name, offers, NEAREST);
  const hint = nearest.length === 0 ? 'No model is available to you.' : `The nearest are: ${nearest.join(', ')}.`;
  return `The model '${name}' does not exist or is not available to you. ${hint}`;
}
