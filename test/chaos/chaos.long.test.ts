import { expect, test } from 'vitest';
import { callGateway } from './caller.js';
import { mixedCalls } from './mixed-calls.js';
import { readRequests } from './records.js';
import { auditBooks, quiet } from './books.js';
import { longKills } from './short-kills.js';
import { testKills, useChaos } from './use-chaos.js';

const current = useChaos();
testKills(current, longKills);

test('a vendor is called twice at the most, however often the gateway is killed', { timeout: 180_000 }, async () => {
  const world = current();
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
