import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HealthSnapshot, OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { RoutingLevel } from '../../contracts/routing.js';
import { plan } from '../plan.js';
import { demand, offer, seen } from '../test-values.js';

const VENDORS = ['azure', 'bedrock', 'groq', 'openai', 'together'];

const prices = fc.integer({ min: 0, max: 40 }).map((usd) => ({
  input: { usd: `${usd}`, per: 1_000_000 },
  output: { usd: `${usd * 2}`, per: 1_000_000 },
}));

const offersOf = (names: readonly string[]): fc.Arbitrary<readonly Offer[]> =>
  fc
    .array(
      fc.record({
        vendor: fc.constantFrom(...VENDORS),
        model: fc.constantFrom(...names),
        prices,
        dataPolicy: fc.constantFrom('unknown' as const, 'not_trained_on' as const, 'zero_retention' as const),
        capabilities: fc.subarray(['tools', 'images', 'reasoning'] as const),
        quantization: fc.constantFrom('fp8', 'bf16'),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((made) =>
      made.map(({ vendor, ...rest }, index) =>
        offer({ ...rest, id: `${vendor}/m${index}`, vendor, aliases: [], contextWindow: 100_000 }),
      ),
    );

const clauses: fc.Arbitrary<RoutingLevel> = fc.record(
  {
    scope: fc.constantFrom('organization' as const, 'project' as const, 'caller' as const),
    only: fc.subarray(VENDORS, { minLength: 1 }),
    ignore: fc.subarray(VENDORS),
    dataPolicy: fc.constantFrom('not_trained_on' as const, 'zero_retention' as const),
    maxPrice: fc.record({ prompt: fc.integer({ min: 0, max: 40 }).map(String) }),
    quantizations: fc.subarray(['fp8', 'bf16'], { minLength: 1 }),
    requireParameters: fc.constant(true as const),
    allowFallbacks: fc.constant(false as const),
    sort: fc.constantFrom('price' as const, 'throughput' as const, 'latency' as const),
    order: fc.subarray(VENDORS, { minLength: 1 }),
    partition: fc.constantFrom('model' as const, 'none' as const),
  },
  { requiredKeys: ['scope'] },
);

const healthOf = (offers: readonly Offer[], seed: number): HealthSnapshot =>
  new Map(
    offers.map(({ id }, index): [string, OfferHealth] => {
      const at = (seed + index * 7) % 11;
      return [
        id,
        seen(id, {
          circuit: at === 0 ? 'open' : 'closed',
          tokensPerSecond: { p50: at, p75: at, p90: at, p99: at },
          warmth: at / 11,
        }),
      ];
    }),
  );

const scenario = offersOf(['maker/a', 'maker/b']).chain((offers) =>
  fc.record({
    offers: fc.constant(offers),
    levels: fc.array(clauses, { maxLength: 3 }),
    health: fc.nat(10).map((seed) => healthOf(offers, seed)),
    seed: fc.string({ minLength: 1, maxLength: 12 }),
    needs: fc.subarray(['tools', 'images'] as const),
  }),
);

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function made({ offers, levels, health, seed, needs }: Scenario) {
  const models = [...new Set(offers.map(({ model }) => model ?? ''))];
  const call = { models, demand: demand({ needs, maxOutputTokens: 10 }), routing: { levels }, seed };
  return { models, planned: plan(call, offers, health, {}) };
}

describe('a plan', () => {
  it('never has a candidate that a clause of any level leaves out', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { planned } = made(input);
        if (planned.status !== 'planned') return;
        for (const { offer: chosen } of planned.candidates) {
          for (const level of input.levels) {
            expect(level.only?.includes(chosen.vendor) ?? true).toBe(true);
            expect(level.ignore?.includes(chosen.vendor) ?? false).toBe(false);
            if (level.dataPolicy) expect(['zero_retention', level.dataPolicy]).toContain(chosen.dataPolicy);
            const most = Number(level.maxPrice?.prompt ?? Number.POSITIVE_INFINITY);
            expect(Number(chosen.prices.input?.usd)).toBeLessThanOrEqual(most);
            expect(level.quantizations?.includes(chosen.quantization ?? '') ?? true).toBe(true);
            if (level.requireParameters) expect(chosen.capabilities).toEqual(expect.arrayContaining([...input.needs]));
          }
        }
      }),
    );
  });

  it('is the same for the same input, and has no offer twice', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { planned } = made(input);
        expect(made(input).planned).toEqual(planned);
        if (planned.status !== 'planned') return;
        const ids = planned.candidates.map(({ offer: chosen }) => chosen.id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('says of every offer that it considered why it stays or goes', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { planned } = made(input);
        const { kept, considered, droppedBy } = planned.report ?? { kept: [], considered: -1, droppedBy: {} };
        const dropped = Object.values(droppedBy).reduce((sum, count) => sum + count, 0);
        expect(considered).toBe(input.offers.length);
        expect(kept.length + dropped).toBe(considered);
      }),
    );
  });

  it('is empty only with a clause that its caller can read', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { planned } = made(input);
        if (planned.status === 'planned') {
          expect(planned.candidates.length).toBeGreaterThan(0);
          return;
        }
        expect(planned.code).toBe('no_route');
        const clauses = Object.keys(planned.report?.droppedBy ?? {});
        expect(clauses.length).toBeGreaterThan(0);
        expect(clauses.some((clause) => planned.message.includes(`'${clause}'`))).toBe(true);
      }),
    );
  });

  it('puts what is down behind everything else', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { planned } = made(input);
        if (planned.status !== 'planned') return;
        const down = planned.candidates.map(({ offer: { id } }) => input.health.get(id)?.circuit === 'open');
        expect(down).toEqual(down.toSorted((left, right) => Number(left) - Number(right)));
      }),
    );
  });

  it('keeps a fallback model behind the one before it, unless all are to be in one order', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { planned, models } = made(input);
        if (planned.status !== 'planned') return;
        if (input.levels.some(({ partition }) => partition === 'none')) return;
        const up = planned.candidates.filter(({ offer: { id } }) => input.health.get(id)?.circuit !== 'open');
        const places = up.map(({ offer: { model = '' } }) => models.indexOf(model));
        expect(places).toEqual(places.toSorted((left, right) => left - right));
      }),
    );
  });

  it('is in one order, whichever few of it were looked at: what is down last, then by model and price', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { offers, health } = input;
        const models = [...new Set(offers.map(({ model }) => model ?? ''))];
        const isDown = ({ id }: Offer) => Number(health.get(id)?.circuit === 'open');
        const place = ({ model = '' }: Offer) => models.indexOf(model);
        const usd = ({ prices: { input: price } }: Offer) => Number(price?.usd);
        const sorted = offers.toSorted(
          (left, right) => isDown(left) - isDown(right) || place(left) - place(right) || usd(left) - usd(right),
        );
        const expected = models.flatMap((model) => sorted.filter((one) => one.model === model).slice(0, 5));
        const planned = made({ ...input, needs: [], levels: [{ scope: 'caller', sort: 'price' }] }).planned;
        const ids = planned.status === 'planned' ? planned.candidates.map(({ offer: { id } }) => id) : [];
        expect(ids).toEqual(sorted.filter((one) => expected.includes(one)).map(({ id }) => id));
      }),
    );
  });
});
