import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createLimitsWorld, type LimitsWorld } from './limits-world.js';

// Whatever takes run at once, on four connections: no limit lets more through than it says, and nobody hangs.

let test: LimitsWorld;
let connections: readonly Database[];
beforeAll(async () => {
  test = await createLimitsWorld();
  connections = Array.from({ length: 4 }, () =>
    createDatabase({ url: test.world.url, connections: 1, onError: () => {} }),
  );
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await test?.close();
});

/** One take of one connection: how much of each of the three limits, 0 for a limit that does not apply. */
interface Step {
  readonly connection: number;
  readonly needs: readonly [number, number, number];
}

const need = fc.integer({ min: 0, max: 5 });
const steps = fc.array(fc.record<Step>({ connection: fc.nat({ max: 3 }), needs: fc.tuple(need, need, need) }), {
  minLength: 8,
  maxLength: 40,
});

interface Row {
  readonly [column: string]: unknown;
  readonly fits: boolean;
}

describe('limits', () => {
  it('let through at most their amount and what came back meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 600 }),
        async (all, day, minute) => {
          const organizationId = await test.organization();
          const amounts = [day, minute, 4] as const;
          const ids = [
            await test.limit(organizationId, { unit: 'tokens', period: 'day', amount: day }),
            await test.limit(organizationId, { unit: 'tokens', model: 'sandbox/*', period: 'minute', amount: minute }),
            await test.limit(organizationId, { unit: 'concurrent_requests', amount: 4 }),
          ];
          const began = performance.now();
          const results = await Promise.all(
            all.map(async ({ connection, needs }, index) => {
              // Named in another order by each: the locks have an order of their own.
              const applying = [0, 1, 2].filter((place) => needs[place]! > 0);
              const named = index % 2 === 0 ? applying : applying.toReversed();
              const rows = await connections[connection]!.query<Row>({
                text: 'SELECT * FROM limits.take($1, $2, $3)',
                // A slot is one slot.
                values: [
                  `req_${randomUUID()}`,
                  named.map((place) => ids[place]),
                  named.map((p) => (p === 2 ? 1 : needs[p])),
                ],
              });
              return { needs, taken: rows.every(({ fits }) => fits) };
            }),
          );
          const seconds = (performance.now() - began) / 1_000;
          const taken = results.filter((result) => result.taken);
          const sum = (place: number) => taken.reduce((total, { needs }) => total + needs[place]!, 0);
          expect(sum(0)).toBeLessThanOrEqual(amounts[0] + (amounts[0] * seconds) / 86_400);
          expect(sum(1)).toBeLessThanOrEqual(amounts[1] + (amounts[1] * seconds) / 60);
          const slots = taken.filter(({ needs }) => needs[2] > 0).length;
          expect(slots).toBeLessThanOrEqual(amounts[2]);
          expect(await test.leases(ids[2]!)).toHaveLength(slots);
          // What was refused has taken nothing, of the day's limit neither: only little of it has come back since.
          expect(await test.used(ids[0]!)).toBeGreaterThan(sum(0) - (amounts[0] * (seconds + 10)) / 86_400 - 1e-5);
          expect(await test.used(ids[0]!)).toBeLessThanOrEqual(sum(0));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are used up by a crowd that they have room for', async () => {
    const organizationId = await test.organization();
    const id = await test.limit(organizationId, { unit: 'requests', period: 'day', amount: 20 });
    const results = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        const values = [`req_${randomUUID()}`, [id], [1]];
        const text = 'SELECT * FROM limits.take($1, $2, $3)';
        const rows = await connections[index % 4]!.query<Row>({ text, values });
        return rows[0]!.fits;
      }),
    );
    expect(results.filter(Boolean)).toHaveLength(20);
  });
});
