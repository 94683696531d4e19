import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { sweepMoney } from '../../activities/ledger/sweep-money.js';
import { createMoneyWorld, type MoneyWorld } from './money-world.js';
import { laterBy, moneySteps, runStep, sweepLeft, type MoneyRun } from './money-steps.js';

// Whatever happens to the books, in whatever order, once or again: they balance, nobody is overdrawn, and what was held is
// resolved once. Units of every kind, budgets that come, change and go, credit that expires and comes back, and crashes.

let world: MoneyWorld;
beforeAll(async () => {
  world = await createMoneyWorld();
});
afterAll(async () => {
  await world.setClock();
  await world.close();
});

const start = new Date('2030-01-01T00:00:00Z');

it('the books balance whatever happens to them', async () => {
  await fc.assert(
    fc.asyncProperty(moneySteps, async (steps) => {
      const run = await createRun();
      for (const { step, times } of steps) {
        if (step.step === 'wait') await moveClock(run, step.hours);
        await runStep(world, run, step, times);
        expect(await broken()).toEqual([]);
      }
      expect(await audit(world.database)).toEqual([]);

      // Whatever was left open, the sweeper ends; then nothing is held, and each hold has one resolution.
      await sweepLeft(world, run.requests);
      await moveClock(run, 1_000);
      await sweepMoney(world.database);
      expect(await audit(world.database)).toEqual([]);
      expect(await broken()).toEqual([]);
      expect(await rowsOf('SELECT id FROM ledger.accounts WHERE debits_pending <> 0')).toEqual([]);
      expect(await rowsOf(unresolved)).toEqual([]);
    }),
    // Books that are broken once stay broken for every run after, so that shrinking would end at any steps at all.
    { numRuns: 20, endOnFailure: true },
  );
});

async function createRun(): Promise<MoneyRun> {
  const organizationId = await world.organization(8_000_000n);
  const projectId = `proj_${organizationId}`;
  await world.database.query({
    text: `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($1, $2, 'P')`,
    values: [projectId, organizationId],
  });
  await world.setClock(start.toISOString());
  return { organizationId, projectId, requests: [], budgets: [], now: start };
}

async function moveClock(run: MoneyRun, hours: number): Promise<void> {
  run.now = laterBy(run.now, hours);
  await world.setClock(run.now.toISOString());
}

const rowsOf = (text: string) => world.database.query<{ readonly [column: string]: unknown }>({ text });

/** Holds that are not resolved exactly once. */
const unresolved = `SELECT h.request_id, count(r.request_id) FROM ledger.holds h LEFT JOIN ledger.resolutions r USING (request_id)
  GROUP BY h.request_id HAVING count(r.request_id) <> 1`;

/** What holds after each step: no money from nowhere, nothing below its floor, no charge twice. */
function broken(): Promise<readonly object[]> {
  return rowsOf(`
    SELECT 'postings' AS what, sum(amount)::text AS detail FROM ledger.postings HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'accounts against the house', (a.own + h.house)::text
      FROM (SELECT coalesce(sum(credits_posted - debits_posted), 0) AS own FROM ledger.accounts WHERE kind <> 'house') a,
           (SELECT coalesce(sum(p.amount), 0) AS house
            FROM ledger.postings p JOIN ledger.accounts x ON x.id = p.account_id WHERE x.kind = 'house') h
      WHERE a.own + h.house <> 0
    UNION ALL
    SELECT 'held below 0', id FROM ledger.accounts WHERE debits_pending < 0
    UNION ALL
    SELECT 'below its floor', id FROM ledger.accounts
      WHERE kind NOT IN ('house', 'meter') AND credits_posted - debits_posted - debits_pending < 0
    UNION ALL
    SELECT 'charged twice', request_id || ' ' || debit_account_id FROM ledger.transfers WHERE request_id IS NOT NULL
      GROUP BY request_id, debit_account_id HAVING count(*) > 1`);
}
