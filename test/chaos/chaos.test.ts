import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { callGateway } from './caller.js';
import type { Victim } from './facts.js';
import { mixedCalls } from './mixed-calls.js';
import { readRequests } from './records.js';
import { renderViolations } from './report.js';
import { auditBooks, quiet } from './books.js';
import { runRound } from './round.js';
import { stageNames } from './stage-names.js';
import { startWorld, type World } from './world.js';

// The short form of `npm run chaos`: one kill -9 of each process at each stage, 16 requests under way.

let world: World;

beforeAll(async () => {
  const temporalBinary = inject('temporalBinary');
  world = await startWorld({
    dataDir: await createTestFolder(),
    durable: false,
    ...(temporalBinary !== undefined && { temporalBinary }),
  });
}, 180_000);

afterAll(async () => {
  await world?.close();
}, 60_000);

const victims: readonly Victim[] = ['gateway', 'temporal', 'postgres'];
// Both variants of what a dead process leaves are met: by turns, from one stage to the next.
const kills = stageNames.flatMap((stage, variant) => victims.map((victim) => ({ stage, victim, variant })));

test.each(kills)(
  'kill -9 of $victim, $stage: each request ends once, as the policy says',
  { timeout: 180_000 },
  async (kill) => {
    const result = await runRound(world, kill);
    expect(result.violations, renderViolations(world, result)).toEqual([]);
  },
);

test('a vendor is called twice at the most, however often the gateway is killed', { timeout: 180_000 }, async () => {
  await world.beginRound();
  const hold = { behaviour: 'hold', afterBytes: 'headers' } as const;
  const part = { plain: hold, stream: hold, again: hold, sandboxModel: 'sandbox/echo' };
  const specs = mixedCalls('twice', part).filter(
    ({ stream, idempotencyKey, expectedText }) => !stream && idempotencyKey !== undefined && expectedText !== undefined,
  );
  const calls = specs.map((spec) => callGateway(world.stack, spec));
  for (const _kill of ['first', 'second']) {
    // The first calls, and later those that were made once more.
    await world.vendor.waitForHeld(specs.length, 60_000);
    await world.stack.kill('gateway');
    await world.stack.waitReady();
  }
  await Promise.all(calls);
  await quiet(world, specs.length);
  const requests = await readRequests(world);
  expect(requests.map(({ state, failureClass }) => ({ state, failureClass }))).toEqual(
    specs.map(() => ({ state: 'released', failureClass: 'lease_lapsed' })),
  );
  expect(requests.map(({ attempts }) => attempts.at(-1)?.calls)).toEqual(specs.map(() => 2));
  const fallbacks = specs.filter(({ fallback }) => fallback).length;
  expect(await world.vendor.log()).toHaveLength(2 * specs.length + fallbacks);
  expect(await auditBooks(world)).toEqual([]);
});
