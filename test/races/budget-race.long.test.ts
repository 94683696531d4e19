import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditBooks } from '../chaos/books.js';
import type { CallFacts, RequestFacts, Violation } from '../chaos/facts.js';
import { judgeAttempts, judgeEnd, judgeVendors } from '../chaos/judge-books.js';
import { judgeCaller } from '../chaos/judge-caller.js';
import { tagIn } from '../chaos/mixed-calls.js';
import { readRequests } from '../chaos/records.js';
import { until } from '../chaos/until.js';
import { holdsBeyond, judgeMoments, readMoments } from './journal.js';
import { createTenant, type RacedBudget } from './operator.js';
import { costOf, raceModel } from './race-calls.js';
import { startRaceWorld, type RaceWorld } from './race-world.js';
import { runRace } from './run-race.js';

// No budget is ever passed, by whatever happens at once: 64 callers at 4 gateway processes, some of whom leave, while the
// budgets are raised and lowered and gateways are killed and come back.

/** About what a call holds. */
const holdNanoUsd = 60_000n;
const seed = 'race';

let world: RaceWorld;
beforeAll(async () => {
  world = await startRaceWorld(4);
}, 180_000);
afterAll(() => world?.close(), 60_000);

test('callers at several gateways never spend more than the budgets allow', { timeout: 300_000 }, async () => {
  const tenant = await createTenant(world, raceModel, 30n * holdNanoUsd);
  const kills = [1, 3];
  const calls = await runRace(world, tenant, { seed, clients: 64, callsEach: 6, kills, holdNanoUsd });
  await quiet(calls);
  const requests = await readRequests({ ...world, roundStart: () => new Date(0) });

  const vendorCalls = (await world.vendor.log()).map((entry) => ({ ...entry, tag: tagIn(entry.body) }));
  const round = { calls, requests, vendorCalls, victim: 'gateway' as const };
  const violations: readonly Violation[] = [
    ...(await judgeBudgets(tenant.project, tenant.organization, tenant.model)),
    ...(await auditBooks({ ...world, stack: world })),
    ...requests.flatMap((request) => [...judgeEnd(request), ...judgeAttempts(request)]),
    ...judgeVendors(round),
    ...calls.flatMap((call) => judgeCaller(call, round)),
    ...judgeCharges(calls, requests, vendorCalls),
  ];
  expect(violations, describeViolations(violations, calls)).toEqual([]);
  expect(await holdsBeyond(world.database)).toBe(0n);

  // What the race was to be made of has happened; else it would show nothing.
  const counts = countStates(requests);
  expect(counts.settled).toBeGreaterThan(50);
  expect(counts.refused).toBeGreaterThan(20);
  expect(calls.filter(({ seen }) => seen.end === 'cut').length).toBeGreaterThan(5);
  await until('the killed gateways to be back', async () => {
    const [row] = await world.database.query<{ count: bigint }>('SELECT count(*) FROM requests.instances', []);
    return row?.count === 4n + BigInt(kills.length) ? true : { pending: `${row?.count} processes so far` };
  });
});

/** Everything that was accepted has ended. A request that was about to start when its gateway died has no row yet. */
async function quiet(calls: readonly CallFacts[]): Promise<void> {
  const answered = calls.filter(({ seen }) => seen.requestId !== undefined).length;
  await until(
    'every request and workflow to end',
    async () => {
      const [row] = await world.database.query<{ all: bigint; open: bigint }>(
        'SELECT count(*) AS all, count(*) FILTER (WHERE ended_at IS NULL) AS open FROM requests.requests',
        [],
      );
      const running = await world.countRunning();
      if (row?.open === 0n && running === 0 && row.all > 0n) return true;
      return { pending: `${row?.all} rows of ${answered}, ${row?.open} open, ${running} workflows` };
    },
    120_000,
  );
}

async function judgeBudgets(...budgets: readonly RacedBudget[]): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  for (const { accountId, firstAmount } of budgets) {
    const moments = await readMoments(world.database, accountId);
    // A budget that nothing ever happened to would be judged well whatever the ledger did.
    expect(moments.length, accountId).toBeGreaterThan(50);
    found.push(...judgeMoments(accountId, firstAmount, moments));
  }
  return found;
}

/** What was answered whole costs what the vendor's own log says, and never more than was held. */
function judgeCharges(
  calls: readonly CallFacts[],
  requests: readonly RequestFacts[],
  vendorCalls: readonly { readonly tag?: string; readonly usageAnswered?: Record<string, unknown> }[],
): readonly Violation[] {
  return calls.flatMap(({ spec, seen }) => {
    const request = requests.find(({ id }) => id === seen.requestId);
    if (request?.attempts.find(({ number }) => number === request.attempt)?.status !== 'answered') return [];
    const usage = vendorCalls.find(({ tag }) => tag === spec.tag)?.usageAnswered;
    const cost = usage === undefined ? -1n : costOf(usage);
    const due = cost < (request.hold ?? 0n) ? cost : request.hold;
    if (request.charged === due) return [];
    return [{ about: spec.tag, what: `charged ${String(request.charged)}, the vendor’s usage costs ${cost}` }];
  });
}

/** With what the callers in question have asked and seen, because a race is not easily repeated. */
function describeViolations(violations: readonly Violation[], calls: readonly CallFacts[]): string {
  const about = new Set(violations.map((violation) => violation.about));
  const involved = calls.filter(({ spec, seen }) => about.has(spec.tag) || about.has(seen.requestId ?? ''));
  return [`seed ${seed}`, ...[...violations, ...involved].map((fact) => JSON.stringify(fact))].join('\n');
}

function countStates(requests: readonly RequestFacts[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of requests) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
