import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLimitsWorld, type LimitsWorld } from './limits-world.js';

// What `limits.take` gives and refuses, on a real Postgres.

let test: LimitsWorld;
beforeAll(async () => {
  test = await createLimitsWorld();
});
afterAll(() => test?.close());

describe('a take', () => {
  it('tells how each limit stands, and takes until nothing is left', async () => {
    const organizationId = await test.organization();
    await test.limit(organizationId, { unit: 'requests', period: 'minute', amount: 2 });
    const input = () => test.world.request({ organizationId });
    const first = await test.take(input());
    expect(first).toMatchObject({ status: 'taken', standings: [{ needed: 1, remaining: 1, fits: true }] });
    expect(first!.standings[0]!.resetMs).toBe(30_000);
    expect(await test.take(input())).toMatchObject({ status: 'taken', standings: [{ remaining: 0 }] });
    const third = await test.take(input(), test.others);
    expect(third).toMatchObject({ status: 'refused', standings: [{ remaining: 0, fits: false }] });
    const { waitMs, resetMs } = third!.standings[0]!;
    expect(waitMs).toBeGreaterThan(25_000);
    expect(waitMs).toBeLessThanOrEqual(30_000);
    expect(resetMs).toBeGreaterThan(55_000);
    expect(resetMs).toBeLessThanOrEqual(60_000);
  });

  it('comes back steadily', async () => {
    const organizationId = await test.organization();
    // One in 10 ms, of which the test need not wait for many.
    await test.limit(organizationId, { unit: 'requests', period: 'minute', amount: 6_000 });
    const id = await test.limit(organizationId, { unit: 'tokens', period: 'day', amount: 1_250 });
    expect(await test.take(test.world.request({ organizationId }))).toMatchObject({ status: 'taken' });
    const refused = await test.take(test.world.request({ organizationId }));
    expect(refused!.status).toBe('refused');
    // In the order of their ids, which are random.
    const unfit = refused!.standings.filter(({ fits }) => !fits);
    expect(unfit.map(({ limit }) => limit.id)).toEqual([id]);
    await test.database.query({
      text: `UPDATE limits.buckets SET at = at - interval '12 hours' WHERE rule_id = $1`,
      values: [id],
    });
    expect(await test.used(id)).toBeCloseTo(625, 0);
    const later = await test.take(test.world.request({ organizationId }));
    const standing = later!.standings.find(({ limit }) => limit.id === id)!;
    expect(standing.remaining).toBe(625);
    expect(standing.waitMs).toBeGreaterThan(43_100_000);
    expect(standing.waitMs).toBeLessThanOrEqual(43_200_000);
  });

  it('is of all limits or of none', async () => {
    const organizationId = await test.organization();
    const many = await test.limit(organizationId, { unit: 'requests', period: 'minute', amount: 100 });
    const scope = { type: 'key', id: 'key_1' } as const;
    await test.limit(organizationId, { scope, unit: 'requests', period: 'minute', amount: 1 });
    const slots = await test.limit(organizationId, { unit: 'concurrent_requests', amount: 100 });
    const input = () => test.world.request({ organizationId });
    expect(await test.take(input())).toMatchObject({ status: 'taken' });
    expect(await test.take(input())).toMatchObject({ status: 'refused' });
    expect(Math.ceil(await test.used(many))).toBe(1);
    expect(await test.leases(slots)).toHaveLength(1);
  });

  it('that never fits says no time to wait', async () => {
    const organizationId = await test.organization();
    await test.limit(organizationId, { unit: 'tokens', period: 'minute', amount: 1_249 });
    const result = await test.take(test.world.request({ organizationId }));
    expect(result).toMatchObject({ status: 'refused', standings: [{ needed: 1_250, remaining: 1_249 }] });
    expect(result!.standings[0]).not.toHaveProperty('waitMs');
  });

  it('counts each scope and each model by itself', async () => {
    const organizationId = await test.organization();
    await test.limit(organizationId, { model: 'sandbox/fr*', unit: 'requests', period: 'minute', amount: 1 });
    const scope = { type: 'project', id: 'proj_2' } as const;
    await test.limit(organizationId, { scope, unit: 'requests', period: 'minute', amount: 1 });
    const take = async (overrides: object) =>
      (await test.take(test.world.request({ organizationId, ...overrides })))?.status;
    expect(await take({})).toBeUndefined();
    expect(await take({ models: ['sandbox/free'] })).toBe('taken');
    expect(await take({ models: ['sandbox/echo', 'sandbox/free'] })).toBe('refused');
    expect(await take({ projectId: 'proj_2' })).toBe('taken');
    expect(await take({ projectId: 'proj_2' })).toBe('refused');
  });

  it('finds every bucket full after a crash has emptied the unlogged table', async () => {
    const organizationId = await test.organization();
    await test.limit(organizationId, { unit: 'requests', period: 'minute', amount: 1 });
    const take = async () => (await test.take(test.world.request({ organizationId })))?.status;
    expect([await take(), await take()]).toEqual(['taken', 'refused']);
    await test.database.query({ text: 'TRUNCATE limits.buckets, limits.taken' });
    expect([await take(), await take()]).toEqual(['taken', 'refused']);
  });
});

describe('a change of a limit', () => {
  const withinASecond = { timeout: 1_000, interval: 20 };

  it('is effective in every process within a second: made, changed, removed', async () => {
    const organizationId = await test.organization();
    const both = [test.limits, test.others];
    const take = async (limits: (typeof both)[number]) =>
      (await test.take(test.world.request({ organizationId }), limits))?.standings[0]?.limit.amount;
    for (const limits of both) expect(await take(limits)).toBeUndefined();
    const id = await test.limit(organizationId, { unit: 'requests', period: 'minute', amount: 1_000 });
    for (const limits of both) await expect.poll(() => take(limits), withinASecond).toBe(1_000);
    await test.database.query({ text: 'UPDATE limits.rules SET amount = 2000 WHERE id = $1', values: [id] });
    for (const limits of both) expect(await take(limits)).toBe(2_000);
    await test.database.query({ text: 'UPDATE limits.rules SET removed_at = now() WHERE id = $1', values: [id] });
    for (const limits of both) expect(await take(limits)).toBeUndefined();
    for (const limits of both) {
      const prepared = () => limits.prepare(test.world.request({ organizationId }));
      await expect.poll(prepared, withinASecond).toBeUndefined();
    }
  });
});
