import type { FieldProblem } from '../contracts/catalogue.js';
import type { LongContext, PriceList } from '../contracts/offers.js';
import { compare, perUnit } from './fraction.js';

/** A reservation takes the step that the input may reach for the dearest; a cheaper one would make it too small. */
export function findCheapSteps(offer: {
  readonly prices: PriceList;
  readonly longContext?: LongContext | undefined;
  readonly longerContexts?: readonly LongContext[] | undefined;
}): readonly FieldProblem[] {
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
      step.aboveInputTokens > before.aboveInputTokens
        ? []
        : [{ field: `${step.path}.aboveInputTokens`, message: 'must grow' }];
    const cheaper = cheaperUnits(before.prices, step.prices).map((unit) => ({
      field: `${step.path}.prices.${unit}`,
      message: 'must not be below the price for shorter input',
    }));
    return [...order, ...cheaper];
  });
}

function cheaperUnits(before: PriceList, after: PriceList): readonly string[] {
  return Object.entries(before).flatMap(([unit, price]) => {
    const later = after[unit as keyof PriceList];
    const isCheaper = later === undefined || compare(perUnit(later), perUnit(price)) < 0;
    return isCheaper ? [unit] : [];
  });
}
