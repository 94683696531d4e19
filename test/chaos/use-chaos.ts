import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { type Kill, runRound } from './round.js';
import { renderViolations } from './report.js';
import { startWorld, type World } from './world.js';

/** A whole Sluice in processes of its own for the tests of a file; there once these begin. */
export function useChaos(): () => World {
  let world: World | undefined;
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
  return () => {
    if (world === undefined) throw new Error('the processes are not there yet');
    return world;
  };
}

/** One kill -9 each, with 16 requests under way. */
export function testKills(world: () => World, kills: readonly Kill[]): void {
  test.each(kills)(
    'kill -9 of $victim, $stage: each request ends once, as the policy says',
    { timeout: 180_000 },
    async (kill) => {
      const result = await runRound(world(), kill);
      expect(result.violations, renderViolations(world(), result)).toEqual([]);
    },
  );
}
