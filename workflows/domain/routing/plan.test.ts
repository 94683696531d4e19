import { describe, expect, it } from 'vitest';
import type { HealthSnapshot, OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { RoutingRules } from '../../contracts/routing.js';
import { plan, type PlannedCall } from '../plan.js';
import { demand, offer, seen } from '../test-values.js';

const served = (vendor: string, usd: string, changes: Partial<Offer> = {}) =>
  offer({
    id: `${vendor}/m`,
    vendor,
    aliases: [],
    model: 'maker/m',
    prices: { input: { usd, per: 1_000_000 }, output: { usd, per: 1_000_000 } },
    ...changes,
  });
const cheap = served('groq', '1', { dataPolicy: 'not_trained_on' });
const middle = served('together', '2', { dataPolicy: 'zero_retention', capabilities: ['tools', 'reasoning'] });
const dear = served('azure', '4', { deprecatedOn: '2026-12-31' });
const other = offer({ id: 'openai/o', aliases: [], model: 'openai/o', capabilities: [] });
const inEurope = served('azure', '5', { id: 'azure/eu/m', region: 'eu-west' });
const offers = [cheap, middle, dear, other, inEurope];

const health = (seenOf: { readonly [vendor: string]: Partial<OfferHealth> }): HealthSnapshot =>
  new Map(Object.entries(seenOf).map(([vendor, changes]) => [`${vendor}/m`, seen(`${vendor}/m`, changes)]));
const at = (p50: number) => ({ p50, p75: p50, p90: p50, p99: p50 });

function make(rules: RoutingRules, call: Partial<PlannedCall> = {}, known: HealthSnapshot = new Map()) {
  const routing = { levels: [{ scope: 'caller' as const, ...rules }] };
  return plan({ models: ['maker/m'], demand: demand({ maxOutputTokens: 100 }), routing, ...call }, offers, known, {});
}
const vendorsOf = (made: ReturnType<typeof plan>) =>
  made.status === 'planned' ? made.candidates.map((candidate) => candidate.offer.vendor) : made.code;

describe('clauses', () => {
  it.each<readonly [string, RoutingRules, readonly string[]]>([
    ['only', { only: ['azure', 'groq'] }, ['groq', 'azure']],
    ['ignore', { ignore: ['GROQ'] }, ['together', 'azure']],
    ['OpenRouter’s slugs', { only: ['amazon-bedrock', 'Together'] }, ['together']],
    ['no training', { dataPolicy: 'not_trained_on' }, ['groq', 'together']],
    ['zero retention, which unknown is not', { dataPolicy: 'zero_retention' }, ['together']],
    ['a maximum price', { maxPrice: { prompt: '2', completion: '2' } }, ['groq', 'together']],
    ['a maximum cost of the whole', { maxCostNanoUsd: '3000000' }, ['groq', 'together']],
    ['no end announced', { excludeDeprecated: true }, ['groq', 'together']],
    ['no fallbacks', { allowFallbacks: false }, ['groq']],
    ['no fallbacks but the listed', { allowFallbacks: false, order: ['azure', 'together'] }, ['azure', 'together']],
    ['a region, which offers of none are not in', { regions: ['eu-*'] }, ['azure']],
  ])('%s', (_, rules, expected) => {
    expect(vendorsOf(make(rules))).toEqual(expected);
  });

  it('hold for every level, whoever states them', () => {
    const levels = [
      { scope: 'organization' as const, policyId: 'rp_1', version: 2, ignore: ['groq'] },
      { scope: 'caller' as const, only: ['groq', 'together'] },
    ];
    expect(vendorsOf(make({}, { routing: { levels } }))).toEqual(['together']);
  });

  it('ask for all that a call needs only where that is a clause', () => {
    const call = { demand: demand({ needs: ['reasoning', 'web_search'] }) };
    expect(vendorsOf(make({}, call))).toEqual(['together']);
    expect(make({ requireParameters: true }, call)).toMatchObject({
      code: 'no_route',
      param: 'provider.require_parameters',
    });
  });

  it('name those that left nothing, the policy’s by its id and version', () => {
    const levels = [
      { scope: 'organization' as const, policyId: 'rp_1', version: 2, ignore: ['groq', 'together'] },
      { scope: 'caller' as const, maxPrice: { prompt: '3' } },
    ];
    expect(make({}, { routing: { levels } })).toMatchObject({
      status: 'refused',
      code: 'no_route',
      message:
        "Of the 3 offers of 'maker/m' none is left: 'rp_1 v2: ignore' leaves out 2, 'provider.max_price' leaves out 1. Loosen that, or name other models.",
    });
  });
});

describe('order', () => {
  const shown = health({
    groq: { tokensPerSecond: at(50), firstTokenMs: at(900), availability: 0.9, quality: { empty: 0.1 } },
    together: { tokensPerSecond: at(200), firstTokenMs: at(300), availability: 0.99, quality: { empty: 0 } },
  });

  it.each<readonly [string, RoutingRules, readonly string[]]>([
    ['price', { sort: 'price' }, ['groq', 'together', 'azure']],
    ['throughput, the unknown last', { sort: 'throughput' }, ['together', 'groq', 'azure']],
    ['latency', { sort: 'latency' }, ['together', 'groq', 'azure']],
    ['availability', { sort: 'availability' }, ['together', 'groq', 'azure']],
    ['quality', { sort: 'quality' }, ['together', 'groq', 'azure']],
    ['a list, the others behind', { order: ['azure'] }, ['azure', 'groq', 'together']],
    ['a mixture', { weights: { price: 1, throughput: 1 } }, ['together', 'groq', 'azure']],
    ['a mixture with other weights', { weights: { price: 1, throughput: 3 } }, ['together', 'azure', 'groq']],
    ['a latency that is seen to be missed', { preferredMaxLatencyMs: { p50: 500 } }, ['together', 'azure', 'groq']],
    ['a throughput likewise', { preferredMinThroughput: { p50: 100 } }, ['together', 'azure', 'groq']],
  ])('by %s', (_, rules, expected) => {
    expect(vendorsOf(make(rules, {}, shown))).toEqual(expected);
  });

  it('puts one model behind the other, or all together', () => {
    const models = ['openai/o', 'maker/m'];
    expect(vendorsOf(make({ sort: 'price' }, { models }))).toEqual(['openai', 'groq', 'together', 'azure']);
    const together = make({ sort: 'price', partition: 'none' }, { models });
    expect(vendorsOf(together)).toEqual(['groq', 'together', 'azure', 'openai']);
  });

  it('puts what its vendor has ended behind the rest', () => {
    expect(vendorsOf(make({ order: ['azure'] }, { today: '2026-12-30' }))).toEqual(['azure', 'groq', 'together']);
    expect(vendorsOf(make({ order: ['azure'] }, { today: '2026-12-31' }))).toEqual(['groq', 'together', 'azure']);
  });

  it('is the caller’s before a policy’s', () => {
    const levels = [
      { scope: 'project' as const, policyId: 'rp_1', version: 1, order: ['azure'] },
      { scope: 'caller' as const, sort: 'price' as const },
    ];
    expect(vendorsOf(make({}, { routing: { levels } }))).toEqual(['groq', 'together', 'azure']);
    const [policy] = levels;
    const bySuffix = make({}, { models: ['maker/m:floor'], routing: { levels: policy ? [policy] : [] } });
    expect(vendorsOf(bySuffix)).toEqual(['groq', 'together', 'azure']);
  });
});

describe('a suffix', () => {
  it.each<readonly [string, readonly string[] | string]>([
    ['maker/m:floor', ['groq', 'together', 'azure']],
    ['maker/m:nitro', ['azure', 'groq', 'together']],
    ['maker/m:thinking', ['together']],
    ['maker/m:free', 'no_route'],
    ['maker/m:unheard-of', 'model_not_found'],
  ])('%s', (name, expected) => {
    expect(vendorsOf(make({}, { models: [name] }, health({ azure: { tokensPerSecond: at(9) } })))).toEqual(expected);
  });

  it('is part of a name where a vendor has one like that', () => {
    const named = served('openrouter', '0', { id: 'openrouter/m:free', model: 'maker/m:free' });
    const made = plan({ models: ['maker/m:free'], demand: demand() }, [...offers, named], new Map(), {});
    expect(vendorsOf(made)).toEqual(['openrouter']);
  });
});

describe('the shares of vendors', () => {
  const firsts = (known: HealthSnapshot = new Map()) => {
    const counts: { [vendor: string]: number } = {};
    for (let index = 0; index < 4_000; index += 1) {
      const [first = ''] = vendorsOf(make({}, { seed: `req_${index}` }, known));
      counts[first] = (counts[first] ?? 0) + 1;
    }
    return counts;
  };

  it('are the inverse squares of their prices', () => {
    // 1/1, 1/4 and 1/16 of 21/16.
    const counts = firsts();
    expect(counts['groq']).toBeGreaterThan(2_900);
    expect(counts['groq']).toBeLessThan(3_200);
    expect(counts['together']).toBeGreaterThan(660);
    expect(counts['together']).toBeLessThan(870);
    expect(counts['azure']).toBeGreaterThan(130);
  });

  it('are smaller while a vendor warms up, and nothing while it is down', () => {
    expect(firsts(health({ groq: { warmth: 0.01 } }))['groq']).toBeLessThan(300);
    expect(firsts(health({ groq: { circuit: 'open' } }))['groq']).toBeUndefined();
  });

  it('do not touch a name that means one offer, nor the order of models', () => {
    for (let index = 0; index < 50; index += 1) {
      const models = ['azure/m', 'groq/m'];
      expect(vendorsOf(make({}, { models, seed: `req_${index}` }))).toEqual(['azure', 'groq']);
    }
  });
});

describe('the report', () => {
  it('gives each candidate its reason and its price, and names the left out', () => {
    const made = make({ ignore: ['azure'], sort: 'price' }, {}, health({ groq: { circuit: 'open' } }));
    expect(made.report).toEqual({
      considered: 3,
      kept: [
        { offerId: 'together/m', reason: 'sorted_by_price', mostNanoUsd: '2200000', estimateNanoUsd: '700000' },
        {
          ...{ offerId: 'groq/m', reason: 'sorted_by_price', behind: 'down' },
          ...{ mostNanoUsd: '1100000', estimateNanoUsd: '350000' },
        },
      ],
      dropped: [{ offerId: 'azure/m', reason: 'vendor_ignored', clause: 'provider.ignore' }],
      droppedBy: { 'provider.ignore': 1 },
    });
  });
});
