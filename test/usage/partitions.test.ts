import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createUsageUpkeep } from '../../activities/usage/usage-upkeep.js';
import { createLedgerWorld, heldNanoUsd, type LedgerWorld } from '../ledger/ledger-world.js';

// Where records rest, for how long, and that a record is found whichever partition it is in.

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());

const query = <T extends object>(text: string, values: readonly unknown[] = []) =>
  world.database.query<T & { readonly [column: string]: unknown }>({ text, values });

/** An ended request of the past; its record is written as by the request's own end. */
async function endedAt(time: string): Promise<string> {
  const request = world.request({ organizationId: await world.organization(heldNanoUsd) });
  await world.ledger.planAndReserve(request);
  await world.ledger.release({ request });
  await query(`DELETE FROM usage.records WHERE request_id = $1`, [request.requestId]);
  await query(`UPDATE requests.requests SET ended_at = $2 WHERE id = $1`, [request.requestId, time]);
  await query('SELECT usage.record($1)', [request.requestId]);
  return request.requestId;
}

const partitionOf = async (requestId: string): Promise<string | undefined> =>
  (
    await query<{ partition: string }>(
      `SELECT tableoid::regclass::text AS partition FROM usage.records WHERE request_id = $1`,
      [requestId],
    )
  )[0]?.partition;

const maintain = (days: number, now: string) =>
  query<{ done: boolean }>('SELECT usage.maintain(make_interval(days => $1), $2::timestamptz) AS done', [days, now]);

beforeEach(async () => {
  await query('DELETE FROM usage.records');
  await query(`UPDATE usage.horizon SET complete_since = '-infinity'`);
  await query(`DELETE FROM requests.requests`);
});

it('months have partitions of their own, cut in UTC, and some are made ahead', async () => {
  await maintain(36_500, '2031-05-31T23:59:59Z');
  const [may, june, august] = [
    await endedAt('2031-05-31T23:59:59.999Z'),
    await endedAt('2031-06-01T00:00:00Z'),
    await endedAt('2031-08-31T23:00:00Z'),
  ];
  expect([await partitionOf(may), await partitionOf(june), await partitionOf(august)]).toEqual([
    'usage.records_2031_05',
    'usage.records_2031_06',
    'usage.records_2031_08',
  ]);
});

it('a request ends also where its month has no partition, and its record moves when it gets one', async () => {
  const late = await endedAt('2040-02-29T12:00:00Z');
  expect(await partitionOf(late)).toBe('usage.records_default');
  await maintain(36_500, '2031-05-01T00:00:00Z');
  expect(await partitionOf(late)).toBe('usage.records_2040_02');
});

it('months that are older than the retention go, whole ones only, and the audit knows', async () => {
  const [old, edge, young] = [
    await endedAt('2030-01-31T23:59:59Z'),
    await endedAt('2030-02-01T00:00:00Z'),
    await endedAt('2030-03-15T00:00:00Z'),
  ];
  await maintain(36_500, '2030-04-20T00:00:00Z');
  expect(await partitionOf(old)).toBe('usage.records_2030_01');
  await maintain(60, '2030-04-20T00:00:00Z');
  expect([await partitionOf(old), await partitionOf(edge), await partitionOf(young)]).toEqual([
    undefined,
    'usage.records_2030_02',
    'usage.records_2030_03',
  ]);
  expect(await query(`SELECT to_regclass('usage.records_2030_01') AS gone`)).toEqual([{ gone: null }]);
  const usageFindings = async () =>
    (await audit(world.database)).filter(({ invariant }) => invariant.includes('usage'));
  expect(await usageFindings()).toEqual([]);
  await query(`UPDATE usage.horizon SET complete_since = '-infinity'`);
  expect(await usageFindings()).toMatchObject([{ subject: old }]);
});

it('a record cannot be written twice', async () => {
  const id = await endedAt('2031-06-10T00:00:00Z');
  await expect(query('SELECT usage.record($1)', [id])).rejects.toThrow(/duplicate key/);
});

it('of several processes one does the upkeep, and a report that is being read lets it wait', async () => {
  const upkeep = createUsageUpkeep({ database: world.database, retentionDays: 400, onError: () => {} });
  expect(await upkeep.runOnce()).toBe(true);
  await world.database.transaction(async (transaction) => {
    await transaction.query({ text: 'SELECT pg_advisory_xact_lock(7305002)' });
    expect(await upkeep.runOnce()).toBe(false);
  });
  await world.database.transaction(async (transaction) => {
    // Something to move, and a reader of the table that it would have to leave.
    await endedAt('2050-01-01T00:00:00Z');
    await transaction.query({ text: 'SELECT count(*) FROM usage.records' });
    expect(await upkeep.runOnce()).toBe(false);
  });
  // Postgres' own vacuum may have the table for a moment.
  await expect.poll(() => upkeep.runOnce(), { timeout: 10_000 }).toBe(true);
});
