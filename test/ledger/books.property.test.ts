import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { createLedgerWorld, heldNanoUsd, openAccount, type LedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());

/** One step of a request's flow, or a repetition of it at the wrong time. */
type Step = { readonly request: number; readonly step: 'reserve' | 'record' | 'settle' | 'release' };

const requests = 6;
const steps = fc.array(
  fc.record<Step>({
    request: fc.nat({ max: requests - 1 }),
    step: fc.constantFrom('reserve' as const, 'record' as const, 'settle' as const, 'release' as const),
  }),
  { minLength: 5, maxLength: 40 },
);
const charges = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: requests, maxLength: requests });

describe('the books', () => {
  it('balance whatever steps run, in whatever order, at once and again', async () => {
    await fc.assert(
      fc.asyncProperty(steps, charges, fc.integer({ min: 1, max: 4 }), async (all, costs, fits) => {
        const credit = BigInt(fits) * heldNanoUsd;
        const organizationId = await world.organization(credit);
        const projectId = `proj_${organizationId}`;
        await openAccount(world.database, `budget:${projectId}`, 'budget', `project:${projectId}`, credit);
        const inputs = Array.from({ length: requests }, () => world.request({ organizationId, projectId }));
        const processes = [world.ledger, world.otherProcess('here')];
        await Promise.all(
          all.map(({ request, step }, index) =>
            run(processes[index % 2]!, inputs[request]!, step, costs[request]!).catch(refusedOnly),
          ),
        );
        expect(await audit(world.database)).toEqual([]);

        // Whatever was left open, one more end of each leaves nothing held and no more spent than there was.
        for (const request of inputs) await world.ledger.release({ request });
        expect(await audit(world.database)).toEqual([]);
        const { debits_pending, debits_posted } = await world.account(organizationId);
        expect(debits_pending).toBe(0n);
        expect(debits_posted).toBeLessThanOrEqual(credit);
      }),
      { numRuns: 25 },
    );
  });

  async function run(
    ledger: LedgerWorld['ledger'],
    request: RequestInput,
    step: Step['step'],
    cost: number,
  ): Promise<unknown> {
    switch (step) {
      case 'reserve':
        return ledger.planAndReserve(request);
      case 'record':
        return world.attempt(request, { chargeNanoUsd: String(Math.min(cost, Number(heldNanoUsd))) }, BigInt(cost));
      case 'settle':
        return ledger.settle({ request, attempt: 1 });
      case 'release':
        return ledger.release({ request });
    }
  }

  /** A settlement without anything to settle is refused; every other fault is one of ours. */
  function refusedOnly(error: unknown): void {
    if (!(error instanceof Error) || !error.message.includes('cannot settle')) throw error;
  }
});
