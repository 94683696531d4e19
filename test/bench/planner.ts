import { cpus } from 'node:os';
import type { HealthSnapshot, OfferHealth } from '../../workflows/contracts/health.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { RequestRouting } from '../../workflows/contracts/routing.js';
import { plan } from '../../workflows/domain/plan.js';
import { demand, offer, seen } from '../../workflows/domain/test-values.js';
import { percentiles } from './statistics.js';

// What the planner takes where one name means a thousand offers, by what is asked of it. Pure code: no service is needed. In
// time of the processor, garbage collection included, so that what else the machine does is not counted.

const OFFERS = 1_000;
const WARM_UP = 500;
const ROUNDS = 5_000;
/** What the planner is held to, in milliseconds. */
const MOST_P99_MS = 1;

const offers: readonly Offer[] = Array.from({ length: OFFERS }, (_, index) =>
  offer({
    id: `vendor-${index}/m`,
    vendor: `vendor-${index}`,
    aliases: [],
    model: 'maker/m',
    prices: {
      input: { usd: `${1 + (index % 97)}`, per: 1_000_000 },
      output: { usd: `${2 + (index % 89)}`, per: 1_000_000 },
    },
    dataPolicy: index % 3 === 0 ? 'zero_retention' : 'unknown',
  }),
);

const health: HealthSnapshot = new Map(
  offers.map(({ id }, index): [string, OfferHealth] => [
    id,
    seen(id, {
      circuit: index % 50 === 0 ? 'open' : 'closed',
      tokensPerSecond: { p50: index % 211, p75: 1, p90: 1, p99: 1 },
      firstTokenMs: { p50: index % 307, p75: 1, p90: 1, p99: 1 },
    }),
  ]),
);

const CASES: readonly (readonly [string, RequestRouting])[] = [
  ['nothing asked for', { levels: [] }],
  [
    'zero retention, a maximum price, three vendors ignored',
    {
      levels: [
        {
          scope: 'caller',
          dataPolicy: 'zero_retention',
          maxPrice: { prompt: '60', completion: '60' },
          ignore: ['vendor-3', 'vendor-6', 'vendor-9'],
        },
      ],
    },
  ],
  ['sorted by throughput', { levels: [{ scope: 'caller', sort: 'throughput' }] }],
  [
    'a mixture of four metrics',
    { levels: [{ scope: 'project', weights: { price: 3, throughput: 2, latency: 2, availability: 1 } }] },
  ],
  ['everything left out', { levels: [{ scope: 'caller', only: ['nobody'] }] }],
];

let failed = false;
console.log(
  `${OFFERS} offers of one model, ${ROUNDS} plans a case, Node ${process.version}, ${cpus()[0]?.model ?? ''}`,
);
for (const [name, routing] of CASES) {
  const times = measure(routing);
  const { p50, p99 } = percentiles(times);
  failed ||= p99 >= MOST_P99_MS;
  console.log(`${name}: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`);
}
process.exitCode = failed ? 1 : 0;

function measure(routing: RequestRouting): readonly number[] {
  const call = { models: ['maker/m'], demand: demand({ needs: ['tools'] }), routing, today: '2026-11-26' };
  const run = (round: number): number => {
    const before = process.cpuUsage();
    plan({ ...call, seed: `req_${round}` }, offers, health, {});
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  for (let round = 0; round < WARM_UP; round += 1) run(round);
  return Array.from({ length: ROUNDS }, (_, round) => run(round));
}
