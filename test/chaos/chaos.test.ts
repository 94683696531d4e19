import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestFolder } from '../support/services.js';
import type { Victim } from './facts.js';
import { renderViolations } from './report.js';
import { runRound } from './round.js';
import { stageNames } from './stages.js';
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

test.each(kills)('kill -9 of $victim, $stage: each request ends once, as the policy says', { timeout: 180_000 }, async (kill) => {
  const result = await runRound(world, kill);
  expect(result.violations, renderViolations(world, result)).toEqual([]);
});
