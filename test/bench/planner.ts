import { cpus, loadavg } from 'node:os';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { RequestRouting, RoutingRules } from '../../workflows/contracts/routing.js';
import { createHealthTable, type HealthTable } from '../../workflows/domain/health/health-table.js';
import { plan, type PlanPolicy } from '../../workflows/domain/plan.js';
import { demand, offer, seen } from '../../workflows/domain/test-values.js';
import { percentiles } from './statistics.js';

// What the planner takes where one name means a thousand offers, by what is asked of it. Pure code: no service is needed. In
// time of the processor, garbage collection included, so that what else the machine does is not counted; on a single thread, because
// that of the threads that collect and compile beside it would be counted as well.

const OFFERS = 1_000;
const WARM_UP = 2_000;
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

/** Two views of all offers, which take turns: before each plan everything that is known of every offer is another. */
const views = [0, 1].map((turn) =>
  offers.map(({ id }, index) =>
    seen(id, {
      circuit: (index + turn) % 50 === 0 ? 'open' : 'closed',
      tokensPerSecond: { p50: (index + turn) % 211, p75: 1, p90: 1, p99: 1 },
      firstTokenMs: { p50: (index + turn) % 307, p75: 1, p90: 1, p99: 1 },
    }),
  ),
);
const health = createHealthTable();
const numbers = new Map(offers.map(({ id }, index) => [id, index]));
const NOTHING_SEEN = createHealthTable();

/** As a gateway plans: of the vendors that it has accounts of, each asked by the environment's. */
const policy: PlanPolicy = { vendors: new Set(offers.map(({ vendor }) => vendor)) };
const byCredentials: PlanPolicy = {
  ...policy,
  accounts: new Map(offers.map(({ vendor }) => [vendor, [undefined, 'cred_1']])),
};

const caller = (rules: RoutingRules): RequestRouting => ({ levels: [{ scope: 'caller', ...rules }] });
const MIXTURE: RequestRouting = {
  levels: [{ scope: 'project', weights: { price: 3, throughput: 2, latency: 2, availability: 1 } }],
};

const CASES: readonly (readonly [string, RequestRouting, HealthTable, PlanPolicy?])[] = [
  ['nothing asked for, nothing seen', { levels: [] }, NOTHING_SEEN],
  ['nothing asked for', { levels: [] }, health],
  [
    'zero retention, a maximum price, three vendors ignored',
    caller({
      dataPolicy: 'zero_retention',
      maxPrice: { prompt: '60', completion: '60' },
      ignore: ['vendor-3', 'vendor-6', 'vendor-9'],
    }),
    health,
  ],
  ['a maximum price', caller({ maxPrice: { prompt: '60', completion: '60' } }), health],
  ['sorted by price', caller({ sort: 'price' }), health],
  ['sorted by throughput', caller({ sort: 'throughput' }), health],
  ['a mixture of four metrics', MIXTURE, health],
  ['the mixture, two accounts at every vendor', MIXTURE, health, byCredentials],
  ['everything left out', caller({ only: ['nobody'] }), health],
];

let failed = false;
console.log(
  `${OFFERS} offers of one model, ${ROUNDS} plans a case, Node ${process.version}, ${cpus()[0]?.model ?? ''}, load average ${shown(loadavg()[0] ?? 0)}`,
);
for (const [name, routing, seenOf, by = policy] of CASES) {
  const { plans, loops } = measure(routing, seenOf, by);
  const [taken, fixed] = [percentiles(plans), percentiles(loops)];
  failed ||= taken.p99 >= MOST_P99_MS;
  console.log(
    `${name}: p50 ${shown(taken.p50)} ms, p99 ${shown(taken.p99)} ms; the fixed loop p50 ${shown(fixed.p50)}, p99 ${shown(fixed.p99)}; ` +
      `ratio at p50 ${shown(taken.p50 / fixed.p50)}`,
  );
}
console.log(`load average ${shown(loadavg()[0] ?? 0)}`);
process.exitCode = failed ? 1 : 0;

/** Plans and the fixed loop take turns, so that whatever the machine does besides meets both. */
function measure(
  routing: RequestRouting,
  seenOf: HealthTable,
  by: PlanPolicy,
): { readonly plans: readonly number[]; readonly loops: readonly number[] } {
  const call = { models: ['maker/m'], demand: demand({ needs: ['tools'] }), routing, today: '2026-11-26' };
  const run = (round: number): void => {
    plan({ ...call, seed: `req_${round}` }, offers, seenOf, by);
  };
  for (let round = 0; round < WARM_UP; round += 1) {
    renew(seenOf, round);
    run(round);
    fixedLoop();
  }
  const [plans, loops]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    renew(seenOf, round);
    plans.push(processorTime(() => run(round)));
    loops.push(processorTime(fixedLoop));
  }
  return { plans, loops };
}

function renew(seenOf: HealthTable, round: number): void {
  if (seenOf !== health) return;
  for (const one of views[round % 2] ?? []) health.set(one.offerId, one);
}

/** In milliseconds. */
function processorTime(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Always the same work, without garbage: what it takes tells how fast the machine is at the moment. */
function fixedLoop(): void {
  let sum = 0;
  for (const { id } of offers) sum += Math.log(1 + (numbers.get(id) ?? 0));
  if (Number.isNaN(sum)) throw new Error('the fixed loop went wrong');
}

function shown(value: number): string {
  return value.toFixed(3);
}
