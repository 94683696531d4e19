import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { RoutingLevel, RoutingMetric } from '../../contracts/routing.js';
import { createHealthTable } from '../health/health-table.js';
import { accountOf, healthKey } from '../health-key.js';
import { plan } from '../plan.js';
import { hashOf, mix, toShare } from '../seed.js';
import { demand, offer, seen } from '../test-values.js';

// The planner keeps columns and places, and looks at few of many. Here is what it must come to, written as it is said: every
// offer looked at, everything computed anew, and a whole sort.

const VENDORS = ['azure', 'bedrock', 'groq', 'openai', 'together', 'xai'];
const MODELS = ['maker/a', 'maker/b'];
/** Of the others there is the environment's account alone. */
const ACCOUNTS = new Map([
  ['groq', [undefined, 'cred_1']],
  ['xai', ['cred_2']],
  ['openai', ['cred_1', 'cred_2']],
]);
const TODAY = '2026-11-26';
const TEXT_BYTES = 8_000;

interface Ask {
  readonly level: RoutingLevel;
  readonly needs: readonly ('tools' | 'images')[];
  readonly seed: string | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly vendors: ReadonlySet<string>;
}

type HealthOf = (one: Offer) => OfferHealth | undefined;

interface Reference {
  readonly kept: readonly (readonly [offerId: string, behind: string | undefined])[];
  readonly dropped: number;
}

function reference(ask: Ask, offers: readonly Offer[], healthOf: HealthOf): Reference {
  const groups = MODELS.map((model) => {
    const named = offers.filter((one) => one.model === model && ask.vendors.has(one.vendor));
    return { named, isSeveral: named.length > 1 };
  });
  const met = groups.map(({ named }) => named.filter((one) => isMet(one, ask.level)));
  const fit = ask.needs.reduce((left, need) => keep(left, (one) => one.capabilities.includes(need)), met);
  const wide = keep(fit, ({ contextWindow }) => contextWindow >= TEXT_BYTES / 8);
  const roomy = wide.map((group) => group.filter((one) => one.maxOutputTokens >= (ask.maxOutputTokens ?? 0)));
  const isOneOrder = ask.level.partition === 'none';
  const entries = roomy.flatMap((group, name) =>
    byPrice(group).map((one) => ({
      one,
      name: isOneOrder ? 0 : name,
      rank: rankOf(one, healthOf(one), ask.level),
      listed: placeOf(one, ask.level),
      points: pointsOf(one, isOneOrder ? roomy.flat() : group, groups[name]?.isSeveral === true, ask, healthOf),
    })),
  );
  const inOrder = entries.toSorted(
    (left, right) =>
      left.rank - right.rank ||
      left.name - right.name ||
      left.listed - right.listed ||
      (left.points === right.points ? 0 : left.points - right.points),
  );
  const kept = inOrder.filter(({ one }, index) => {
    const before = inOrder.slice(0, index).filter((other) => other.one.model === one.model).length;
    return before < 5;
  });
  const behind = [undefined, 'slow', 'ended', 'down'];
  return {
    kept: kept.map(({ one, rank }) => [one.id, behind[rank]]),
    dropped: groups.reduce((sum, { named }) => sum + named.length, 0) - kept.length,
  };
}

function keep(groups: readonly Offer[][], is: (one: Offer) => boolean): Offer[][] {
  const left = groups.map((group) => group.filter(is));
  return left.every(({ length }) => length === 0) ? [...groups] : left;
}

function isMet(one: Offer, { only, ignore, dataPolicy, maxPrice }: RoutingLevel): boolean {
  if (only && !only.includes(one.vendor)) return false;
  if (ignore?.includes(one.vendor) === true) return false;
  if (dataPolicy && one.dataPolicy !== dataPolicy && one.dataPolicy !== 'zero_retention') return false;
  return Number(one.prices.input?.usd) <= Number(maxPrice?.prompt ?? Number.POSITIVE_INFINITY);
}

/** Nano USD of three tokens of input and one of output. */
const comparedOf = ({ prices: { input, output } }: Offer): number =>
  (3 * Number(input?.usd) + Number(output?.usd)) * 1_000;

function byPrice(group: readonly Offer[]): readonly Offer[] {
  const keyOf = (one: Offer): number => (comparedOf(one) === 0 ? Number.POSITIVE_INFINITY : comparedOf(one));
  return group.toSorted((left, right) => (keyOf(left) === keyOf(right) ? 0 : keyOf(left) - keyOf(right)));
}

function rankOf({ deprecatedOn }: Offer, health: OfferHealth | undefined, level: RoutingLevel): number {
  if (health?.circuit === 'open') return 3;
  if (deprecatedOn !== undefined && deprecatedOn <= TODAY) return 2;
  const most = level.preferredMaxLatencyMs?.p50 ?? Number.POSITIVE_INFINITY;
  return (health?.firstTokenMs?.p50 ?? 0) > most ? 1 : 0;
}

function placeOf({ vendor }: Offer, { order = [] }: RoutingLevel): number {
  const place = order.indexOf(vendor);
  return place === -1 ? order.length : place;
}

/** The less the earlier. */
function pointsOf(
  one: Offer,
  among: readonly Offer[],
  isSeveral: boolean,
  { level, seed }: Ask,
  healthOf: HealthOf,
): number {
  if (level.order) return 0;
  if (level.sort) return -(measure(level.sort, one, healthOf(one)) ?? Number.NEGATIVE_INFINITY);
  if (level.weights) return -mixture(one, among, level.weights, healthOf);
  if (seed === undefined || !isSeveral) return 0;
  const compared = comparedOf(one);
  const weight = (compared === 0 ? 0 : 1 / compared ** 2) * (healthOf(one)?.warmth ?? 1);
  return weight === 0 ? Number.POSITIVE_INFINITY : -Math.log(toShare(mix(hashOf(seed) ^ hashOf(one.id)))) / weight;
}

function measure(metric: RoutingMetric, one: Offer, health: OfferHealth | undefined): number | undefined {
  if (metric === 'price') return -comparedOf(one);
  if (metric === 'throughput') return health?.tokensPerSecond?.p50;
  if (metric === 'availability') return health?.availability;
  const latency = health?.firstTokenMs?.p50;
  return latency === undefined ? undefined : -latency;
}

function mixture(
  one: Offer,
  among: readonly Offer[],
  weights: NonNullable<RoutingLevel['weights']>,
  healthOf: HealthOf,
): number {
  const entries = Object.entries(weights) as [RoutingMetric, number][];
  return entries.reduce((sum, [metric, weight]) => {
    if (weight === 0) return sum;
    const all = among.flatMap((other) => measure(metric, other, healthOf(other)) ?? []);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const own = measure(metric, one, healthOf(one));
    return sum + weight * (own === undefined || least === most ? 0.5 : (own - least) / (most - least));
  }, 0);
}

const percentiles = fc.nat(9).map((value) => ({ p50: value, p75: value, p90: value, p99: value }));

const offers: fc.Arbitrary<readonly Offer[]> = fc
  .array(
    fc.record({
      vendor: fc.constantFrom(...VENDORS),
      model: fc.constantFrom(...MODELS),
      usd: fc.integer({ min: 0, max: 6 }),
      dataPolicy: fc.constantFrom('unknown' as const, 'not_trained_on' as const, 'zero_retention' as const),
      capabilities: fc.oneof(
        { weight: 6, arbitrary: fc.constant(['tools', 'images'] as const) },
        fc.subarray(['tools', 'images'] as const),
      ),
      contextWindow: fc.oneof({ weight: 9, arbitrary: fc.constant(100_000) }, fc.constantFrom(999, 1_000)),
      maxOutputTokens: fc.constantFrom(5, 5, 5, 4),
      ended: fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, fc.constant({ deprecatedOn: '2026-01-01' })),
    }),
    { minLength: 2, maxLength: 120 },
  )
  .map((made) =>
    made.map(({ vendor, usd, ended, ...rest }, index) => {
      const prices = { input: { usd: `${usd}`, per: 1_000_000 }, output: { usd: `${2 * usd}`, per: 1_000_000 } };
      return offer({ ...rest, ...ended, id: `${vendor}/m${index}`, vendor, aliases: [], prices });
    }),
  );

const level: fc.Arbitrary<RoutingLevel> = fc.record(
  {
    scope: fc.constant('caller' as const),
    only: fc.subarray(VENDORS, { minLength: 4 }),
    ignore: fc.subarray(VENDORS, { maxLength: 2 }),
    dataPolicy: fc.constantFrom('not_trained_on' as const, 'zero_retention' as const),
    maxPrice: fc.integer({ min: 2, max: 6 }).map((usd) => ({ prompt: `${usd}` })),
    partition: fc.constantFrom('model' as const, 'none' as const),
    preferredMaxLatencyMs: fc.constantFrom({ p50: 4 }, { p50: 7 }),
  },
  { requiredKeys: ['scope'] },
);

/** An order is wished in one way at most. */
const wish: fc.Arbitrary<Pick<RoutingLevel, 'order' | 'sort' | 'weights'>> = fc.oneof(
  fc.constant({}),
  fc.subarray(VENDORS, { minLength: 1 }).map((order) => ({ order })),
  fc.constantFrom('price' as const, 'throughput' as const, 'latency' as const).map((sort) => ({ sort })),
  fc
    .record({ price: fc.nat(3), throughput: fc.nat(3), latency: fc.nat(3), availability: fc.nat(3) })
    .map((weights) => ({ weights })),
);

/** Of the offer at a place of the list, or of its account; absent where it is forgotten. */
const change = fc.record({
  at: fc.nat(119),
  isAccount: fc.boolean(),
  credentialId: fc.constantFrom(undefined, 'cred_1', 'cred_2'),
  health: fc.option(
    fc.record({
      circuit: fc.constantFrom('open' as const, 'closed' as const, 'half_open' as const),
      warmth: fc.constantFrom(0, 0.3, 1),
      availability: fc.constantFrom(0, 0.5, 1),
      tokensPerSecond: percentiles,
      firstTokenMs: percentiles,
    }),
    { nil: undefined, freq: 4 },
  ),
});

const scenario = fc.record({
  list: offers,
  /** Of two callers, who take turns. */
  callers: fc.tuple(fc.subarray(VENDORS, { minLength: 4 }), fc.subarray(VENDORS, { minLength: 4 })),
  turns: fc.array(
    fc.record({
      changes: fc.array(change, { maxLength: 40 }),
      level: fc.tuple(level, wish).map(([clauses, order]): RoutingLevel => ({ ...clauses, ...order })),
      needs: fc.subarray(['tools', 'images'] as const),
      seed: fc.option(fc.string({ minLength: 1, maxLength: 8 }), { nil: undefined }),
      maxOutputTokens: fc.option(fc.constantFrom(4, 5), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

it('is what a plain reading of the rules comes to, however often a list was planned before and whatever changed since', () => {
  let plans = 0;
  const check = ({ list, callers, turns }: typeof scenario extends fc.Arbitrary<infer T> ? T : never): void => {
    const [health, known] = [createHealthTable(), new Map<string, OfferHealth>()];
    const sets = callers.map((names) => new Set(names));
    for (const [turn, { changes, level: asked, needs, seed, maxOutputTokens }] of turns.entries()) {
      const vendors = sets[turn % 2] ?? new Set();
      for (const { at, isAccount, credentialId, health: found } of changes) {
        const own = list[at]?.id ?? '';
        const id = isAccount ? accountOf(own) : own;
        const key = healthKey(id, credentialId);
        if (found === undefined) {
          health.delete(key);
          known.delete(key);
        } else {
          const told = seen(id, { ...found, ...(credentialId !== undefined && { credentialId }) });
          health.set(key, told);
          known.set(key, told);
        }
      }
      const wanted = {
        demand: demand({ needs, textBytes: TEXT_BYTES, ...(maxOutputTokens !== undefined && { maxOutputTokens }) }),
        ...{ models: MODELS, routing: { levels: [asked] }, today: TODAY, ...(seed !== undefined && { seed }) },
      };
      const made = plan(wanted, list, health, { vendors, accounts: ACCOUNTS });
      if (made.report === undefined || made.status !== 'planned') continue;
      plans += 1;
      const ask = { level: asked, needs, seed, maxOutputTokens, vendors };
      const expected = reference(ask, list, (one) => healthOf(known, one));
      expect(made.report.kept.map(({ offerId, behind }) => [offerId, behind])).toEqual(expected.kept);
      const dropped = Object.values(made.report.droppedBy).reduce((sum, count) => sum + count, 0);
      expect(dropped).toBe(expected.dropped);
    }
  };
  fc.assert(fc.property(scenario, check), { numRuns: 200 });
  // What is refused is not compared: most must not be.
  expect(plans).toBeGreaterThan(200);
});

/** Through the best account; a way of which nothing was seen is better than one that rests. */
function healthOf(known: ReadonlyMap<string, OfferHealth>, { id, vendor }: Offer): OfferHealth | undefined {
  const ways = (ACCOUNTS.get(vendor) ?? [undefined]).map((credentialId) => healthThrough(known, id, credentialId));
  const found = ways.filter((way) => way !== undefined);
  const best = found.find(({ warmth }) => found.every((other) => other.warmth <= warmth));
  return found.length < ways.length && best !== undefined && best.warmth < 1 ? undefined : best;
}

/** Its own, unless the account is worse off. */
function healthThrough(
  known: ReadonlyMap<string, OfferHealth>,
  id: string,
  credentialId: string | undefined,
): OfferHealth | undefined {
  const own = known.get(healthKey(id, credentialId));
  const account = known.get(healthKey(accountOf(id), credentialId));
  if (account === undefined || account.warmth >= (own?.warmth ?? 1)) return own;
  return { ...(own ?? account), circuit: account.circuit, warmth: account.warmth };
}
