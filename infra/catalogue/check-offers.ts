import type { z } from 'zod';
import type { MediaOffer } from '../../workflows/contracts/media-offers.js';
import type { Model } from '../../workflows/contracts/models.js';
import type { LongContext, PriceList } from '../../workflows/contracts/offers.js';
import { compare, perUnit } from '../../workflows/domain/fraction.js';
import { type CatalogueOffer, mediaOfferSchema, modelRowSchema, offerSchema } from './offer.schema.js';

/** What is right of a list, and all that is wrong with it, each as `id: field: what`. */
export interface Checked<T> {
  readonly rows: readonly T[];
  readonly problems: readonly string[];
}

export function checkOffers(listed: readonly unknown[]): Checked<CatalogueOffer> {
  const { rows, problems } = checkRows(offerSchema, listed);
  const cheap = new Map(rows.map((offer) => [offer.id, findCheapSteps(offer)]));
  const reservable = rows.filter(({ id }) => cheap.get(id)?.length === 0);
  const { unique, repeated } = takeUnique(reservable);
  return { rows: unique, problems: [...problems, ...[...cheap.values()].flat(), ...repeated] };
}

export function checkMediaOffers(listed: readonly unknown[]): Checked<MediaOffer> {
  return checkRows(mediaOfferSchema, listed);
}

export function checkModelRows(listed: readonly unknown[]): Checked<Model> {
  return checkRows(modelRowSchema, listed);
}

function checkRows<S extends z.ZodType>(schema: S, listed: readonly unknown[]): Checked<z.infer<S>> {
  const checked = listed.map((row) => schema.safeParse(row));
  return {
    rows: checked.flatMap(({ data }) => (data === undefined ? [] : [data])),
    problems: checked.flatMap(({ error }, index) => (error ? toProblems(error, listed[index], index) : [])),
  };
}

function toProblems(error: z.ZodError, row: unknown, index: number): readonly string[] {
  const id: unknown = typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined;
  const name = typeof id === 'string' ? id : `row ${index}`;
  return error.issues.map(({ path, message }) => `${name}: ${path.join('.')}: ${message}`);
}

/**
 * Two offers of one vendor must not be asked for by the same name; offers of different vendors may share an alias, because it
 * names the model. Letter case does not tell models apart where a name is looked up, so it does not here.
 */
function takeUnique(offers: readonly CatalogueOffer[]) {
  const owners = new Map<string, string>();
  const repeated: string[] = [];
  const unique = offers.filter(({ id, vendor, aliases }) => {
    const names = [...new Set([id, ...aliases, ...aliases.map((alias) => `${vendor}/${alias}`)])];
    const keyOf = (name: string): string => `${vendor} ${name.toLowerCase()}`;
    const taken = names.find((name) => owners.has(keyOf(name)));
    if (taken !== undefined) {
      repeated.push(`${id}: the name ${taken} is taken by ${owners.get(keyOf(taken)) ?? ''}`);
      return false;
    }
    for (const name of names) owners.set(keyOf(name), id);
    return true;
  });
  return { unique, repeated };
}

/** A reservation takes the step that the input may reach for the dearest; a cheaper one would make it too small. */
export function findCheapSteps(offer: {
  readonly id: string;
  readonly prices: PriceList;
  readonly longContext?: LongContext | undefined;
  readonly longerContexts?: readonly LongContext[] | undefined;
}): readonly string[] {
  if (offer.longContext === undefined) return [];
  const steps = [
    { path: 'prices', aboveInputTokens: 0, prices: offer.prices },
    { path: 'longContext', ...offer.longContext },
    ...(offer.longerContexts ?? []).map((step, index) => ({ path: `longerContexts.${index}`, ...step })),
  ];
  return steps.slice(1).flatMap((step, index) => {
    const before = steps[index];
    if (before === undefined) return [];
    const order =
      step.aboveInputTokens > before.aboveInputTokens ? [] : [`${offer.id}: ${step.path}.aboveInputTokens: must grow`];
    return [
      ...order,
      ...cheaperUnits(before.prices, step.prices).map(
        (unit) => `${offer.id}: ${step.path}.prices.${unit}: must not be below the price for shorter input`,
      ),
    ];
  });
}

function cheaperUnits(before: PriceList, after: PriceList): readonly string[] {
  return Object.entries(before).flatMap(([unit, price]) => {
    const later = after[unit as keyof PriceList];
    const isCheaper = later === undefined || compare(perUnit(later), perUnit(price)) < 0;
    return isCheaper ? [unit] : [];
  });
}
