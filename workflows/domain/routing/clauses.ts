import type { Offer, Price } from '../../contracts/offers.js';
import type { DropReason, MaxPrice, RoutingClauses, RoutingLevel } from '../../contracts/routing.js';
import type { Demand } from '../../contracts/requests.js';
import { isAtMost, perUnit, type Sized, sized } from '../fraction.js';
import { matchesModel } from '../restrictions.js';
import type { Test } from './groups.js';
import { createSlugIndex } from './vendor-slugs.js';

/** A clause that every candidate has to meet, ready to be asked. */
export interface Clause {
  readonly reason: DropReason;
  /** As its author knows it. */
  readonly name: string;
  readonly isMet: Test;
}

/** Every clause of every level that can be told from the offer alone; the whole request's cost comes later. */
export function clausesOf(levels: readonly RoutingLevel[], demand: Demand): readonly Clause[] {
  return levels.flatMap((level) =>
    CLAUSES.flatMap(({ field, reason, compile }) => {
      const isMet = compile(level, demand);
      return isMet === undefined ? [] : [{ reason, name: clauseName(level, field), isMet }];
    }),
  );
}

/** How the author of a clause finds it: the caller in its request, an administrator in a policy. */
export function clauseName({ scope, policyId, version }: RoutingLevel, field: string): string {
  if (scope === 'caller') return `provider.${CALLERS_NAMES[field] ?? field}`;
  return policyId === undefined ? `${scope}: ${field}` : `${policyId} v${String(version)}: ${field}`;
}

/** Callers say the same in OpenRouter's words. */
const CALLERS_NAMES: { readonly [field: string]: string | undefined } = { data_policy: 'data_collection or zdr' };

interface Compiler {
  readonly field: string;
  readonly reason: DropReason;
  readonly compile: (clauses: RoutingClauses, demand: Demand) => Test | undefined;
}

const CLAUSES: readonly Compiler[] = [
  {
    field: 'only',
    reason: 'vendor_not_listed',
    compile: ({ only }) => {
      const placeOf = only && createSlugIndex(only);
      return placeOf && (({ offer }) => placeOf(offer) !== -1);
    },
  },
  {
    field: 'ignore',
    reason: 'vendor_ignored',
    compile: ({ ignore }) => {
      const placeOf = ignore && createSlugIndex(ignore);
      return placeOf && (({ offer }) => placeOf(offer) === -1);
    },
  },
  {
    field: 'regions',
    reason: 'region',
    compile: ({ regions }) =>
      regions &&
      (({ offer: { region } }) => region !== undefined && regions.some((pattern) => matchesModel(pattern, region))),
  },
  {
    field: 'data_policy',
    reason: 'data_policy',
    compile: ({ dataPolicy: least }) =>
      least && (({ offer: { dataPolicy } }) => dataPolicy === 'zero_retention' || dataPolicy === least),
  },
  { field: 'max_price', reason: 'price', compile: ({ maxPrice }) => maxPrice && isWithin(maxPrice) },
  {
    field: 'quantizations',
    reason: 'quantization',
    compile: ({ quantizations }) =>
      quantizations && (({ offer: { quantization } }) => quantizations.includes(quantization ?? 'unknown')),
  },
  {
    field: 'require_parameters',
    reason: 'parameters',
    compile: ({ requireParameters }, { needs }) =>
      requireParameters && (({ offer: { capabilities } }) => needs.every((need) => capabilities.includes(need))),
  },
  {
    field: 'exclude_deprecated',
    reason: 'deprecated',
    compile: ({ excludeDeprecated }) =>
      excludeDeprecated && (({ offer: { deprecatedOn } }) => deprecatedOn === undefined),
  },
];

/** What a list does not price by itself costs nothing extra: it is in the price of a token. */
function isWithin({ prompt, completion, request, image, audio }: MaxPrice): Test {
  const million = 1_000_000;
  const [input, output] = [atMost(prompt, million), atMost(completion, million)];
  const others = [
    { most: atMost(request, 1), priceOf: ({ prices }: Offer) => prices.requests },
    { most: atMost(image, 1), priceOf: ({ prices }: Offer) => prices.images },
    { most: atMost(audio, million), priceOf: ({ prices }: Offer) => prices.input_audio },
  ].filter(({ most }) => most !== undefined);
  return ({ offer, traits }) => {
    if (input && !isAtMost(traits.input, input)) return false;
    if (output && !isAtMost(traits.output, output)) return false;
    return others.every(({ most, priceOf }) => isCheap(priceOf(offer), most));
  };
}

function atMost(usd: string | undefined, per: number): Sized | undefined {
  return usd === undefined ? undefined : sized(perUnit({ usd, per }));
}

function isCheap(price: Price | undefined, most: Sized | undefined): boolean {
  return price === undefined || most === undefined || isAtMost(sized(perUnit(price)), most);
}
