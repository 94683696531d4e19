import type { Estimate } from '../../contracts/estimates.js';
import type { Offer } from '../../contracts/offers.js';
import type { Demand } from '../../contracts/requests.js';
import { speaks } from '../native-vendors.js';
import { isFree } from '../price-list.js';
import { type AutoPolicy, shareAskedFor } from './auto-policy.js';
import { expectedCost, expectedUse } from './expected-cost.js';

/** What the choice goes by, besides the offers. */
export interface AutoWants {
  /** Absent where nothing was estimated: a chat of middling difficulty. */
  readonly estimate?: Pick<Estimate, 'kind' | 'difficulty'>;
  readonly demand?: Pick<Demand, 'textBytes' | 'needs' | 'boundTo'>;
  /** The model that was chosen for this session's request before this one, and how much of the text both have in common. */
  readonly before?: { readonly model: string; readonly sharedBytes: number };
}

/** Models that are planned: more would hardly help in an outage, and the dearest decides how much money is held. */
const MAX_MODELS = 3;

const UNKNOWN = { kind: 'chat', difficulty: 0.5 } as const;

/** Trained for one thing, or not for talking at all; asked for by their names, and not unasked. */
const SPECIALISED = /image|audio|search|research|guard|codex|coder|code-|router|-vl|thinking|customtools|deep/i;

/**
 * The models that an `auto` model stands for, the first to ask first: by the cheapest of those that are good enough for the
 * kind and the difficulty of the request (`best`: by the best of all, then by the price). At most three. Names of models, so
 * that the vendors of each are chosen among as if the caller had named it. `offers` are those that the caller may use.
 */
export function autoModels(policy: AutoPolicy, offers: readonly Offer[], wants: AutoWants = {}): readonly string[] {
  const { estimate = UNKNOWN, demand } = wants;
  const models = groupByModel(keepAble(forAuto(offers), demand), estimate);
  const best = Math.max(0, ...models.map(({ quality }) => quality));
  const least = best * shareAskedFor(policy, estimate) - ROUNDING;
  const enough = models.filter(({ quality }) => quality >= least).flatMap((model) => withCost(model, estimate, wants));
  const others = models.filter(({ quality }) => quality < least).sort((left, right) => right.quality - left.quality);
  const names = [...enough.sort(byCost), ...others].slice(0, MAX_MODELS).map(({ name }) => name);
  return names.length > 0 ? names : lastResort(offers);
}

/** Scores have three decimals. */
const ROUNDING = 0.000_5;

interface RatedModel {
  readonly name: string;
  readonly quality: number;
  readonly offers: readonly Offer[];
}

type PricedModel = RatedModel & { readonly cost: bigint };

/** Models whose quality for the kind is known. */
function groupByModel(offers: readonly Offer[], { kind }: Pick<Estimate, 'kind'>): readonly RatedModel[] {
  const models = new Map<string, { name: string; quality: number; offers: Offer[] }>();
  for (const offer of offers) {
    const quality = offer.quality?.[kind];
    if (quality === undefined || offer.model === undefined) continue;
    const known = models.get(offer.model);
    if (known === undefined) models.set(offer.model, { name: offer.model, quality, offers: [offer] });
    else known.offers.push(offer);
  }
  return [...models.values()];
}

/** By the cheapest of the offers that its name means; a model that none has a price for is left out. */
function withCost(
  model: RatedModel,
  estimate: Pick<Estimate, 'kind' | 'difficulty'>,
  { demand, before }: AutoWants,
): readonly PricedModel[] {
  const cachedBytes = before?.model === model.name ? before.sharedBytes : 0;
  const use = expectedUse(estimate, demand?.textBytes ?? 0, cachedBytes);
  const costs = meantBy(model).flatMap((offer) => expectedCost(offer, use) ?? []);
  const [first, ...rest] = costs;
  if (first === undefined) return [];
  return [{ ...model, cost: rest.reduce((least, cost) => (cost < least ? cost : least), first) }];
}

/** A model's name that is also the id of an offer, or a vendor's own name for it, means that offer alone. */
function meantBy({ name, offers }: RatedModel): readonly Offer[] {
  const alone = offers.find(
    ({ id, vendor, aliases }) => id === name || aliases.some((alias) => `${vendor}/${alias}` === name),
  );
  return alone === undefined ? offers : [alone];
}

/** A memo of a pure function, kept for as long as the list of offers is. */
const pools = new WeakMap<readonly Offer[], readonly Offer[]>();

function forAuto(offers: readonly Offer[]): readonly Offer[] {
  const known = pools.get(offers) ?? offers.filter(isForAuto);
  pools.set(offers, known);
  return known;
}

/** What costs nothing is a trial or the operator's own machine; one region's offer is for who asks for the region. */
function isForAuto(offer: Offer): boolean {
  return offer.region === undefined && !isFree(offer) && offer.model !== undefined && !SPECIALISED.test(offer.model);
}

/** Without what cannot do what the call needs, as long as another can. */
function keepAble(offers: readonly Offer[], demand: AutoWants['demand']): readonly Offer[] {
  if (demand === undefined) return offers;
  const { boundTo } = demand;
  const native = boundTo === undefined ? offers : offers.filter((offer) => speaks(offer, boundTo));
  return demand.needs.reduce<readonly Offer[]>(
    (left, need) => {
      const able = left.filter(({ capabilities }) => capabilities.includes(need));
      return able.length > 0 ? able : left;
    },
    native.length > 0 ? native : offers,
  );
}

function byCost(left: PricedModel, right: PricedModel): number {
  if (left.cost !== right.cost) return left.cost < right.cost ? -1 : 1;
  return right.quality - left.quality || (left.name < right.name ? -1 : 1);
}

/** Where no quality is known, as in the sandbox: one offer that answers, so that a program can be tried without vendors. */
function lastResort(offers: readonly Offer[]): readonly string[] {
  const priced = offers.filter((offer) => offer.vendor !== 'sandbox' && isForAuto(offer));
  const [first] = priced.length > 0 ? priced : offers.filter(({ id }) => id === 'sandbox/echo');
  return first === undefined ? [] : [first.model ?? first.id];
}
