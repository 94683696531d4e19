import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweeper } from '../../activities/ledger/sweeper.js';
import type { AttemptOutcome, RequestInput } from '../../workflows/contracts/requests.js';
import { call } from '../ledger/ledger-world.js';
import { createLimitsWorld, type LimitsWorld } from './limits-world.js';

// What comes back when a request ends, however it ends. Each request of the ledger's world is estimated at 1,250 tokens.

let test: LimitsWorld;
beforeAll(async () => {
  test = await createLimitsWorld();
});
afterAll(() => test?.close());

const estimate = 1_250;
/** Limits a day leak so slowly that a second does not show. */
async function limited(unit: 'tokens' | 'audio_seconds' = 'tokens', model?: string) {
  const organizationId = await test.organization();
  const slots = await test.limit(organizationId, { unit: 'concurrent_requests', amount: 1 });
  const counted = await test.limit(organizationId, { unit, period: 'day', amount: 10_000, ...(model && { model }) });
  const used = async () => Math.ceil(await test.used(counted));
  return { organizationId, slots, counted, used };
}

async function take(input: RequestInput): Promise<void> {
  expect(await test.take(input)).toMatchObject({ status: 'taken' });
}

async function settle(request: RequestInput, outcome: Partial<AttemptOutcome>): Promise<void> {
  expect(await test.world.ledger.planAndReserve(request)).toMatchObject({ status: 'reserved' });
  await test.world.attempt(request, outcome);
  await test.world.ledger.settle({ request, attempt: 1 });
}

const usage = (units: AttemptOutcome['usage']['units']) => ({ usage: { units, source: 'reported' } }) as const;

describe('tokens', () => {
  it('come back where fewer were used than estimated', async () => {
    const { organizationId, used } = await limited();
    const request = test.world.request({ organizationId });
    await take(request);
    expect(await used()).toBe(estimate);
    await settle(request, usage({ input: 100, input_cached_read: 20, output: 30, output_reasoning: 5, searches: 9 }));
    expect(await used()).toBe(155);
  });

  it('are taken beyond the limit where more were used', async () => {
    const { organizationId, counted, used } = await limited();
    const request = test.world.request({ organizationId });
    await take(request);
    await settle(request, usage({ input: 9_000, output: 3_000 }));
    expect(await used()).toBe(12_000);
    const next = await test.take(test.world.request({ organizationId }));
    const standing = next!.standings.find(({ limit }) => limit.id === counted);
    expect(standing).toMatchObject({ remaining: 0, fits: false });
    // 3,250 of 10,000 a day.
    expect(standing!.waitMs).toBeGreaterThan(28_070_000);
    expect(standing!.waitMs).toBeLessThanOrEqual(28_080_000);
  });

  it.each([
    ['that served', 'sandbox/ec*', 300],
    ['that was named and did not serve', 'sandbox/free', 0],
  ])('are counted for the model %s', async (_name, model, expected) => {
    const { organizationId, used } = await limited('tokens', model);
    const request = test.world.request({ organizationId, models: ['sandbox/echo', 'sandbox/free'] });
    await take(request);
    expect(await used()).toBe(estimate);
    await settle(request, usage({ input: 100, output: 200 }));
    expect(await used()).toBe(expected);
  });

  it('survive a vendor that reports nonsense', async () => {
    const { organizationId } = await limited();
    const request = test.world.request({ organizationId });
    await take(request);
    await settle(request, { ...usage({ input: Number.MAX_SAFE_INTEGER, output: 1e300 }) });
    expect(await test.take(test.world.request({ organizationId }))).toMatchObject({ status: 'refused' });
  });
});

describe('seconds of audio', () => {
  it.each([
    ['reported', { audio_seconds: 42 }, 42],
    ['not reported', { output: 5 }, 1],
  ])('count as %s', async (_name, units, expected) => {
    const { organizationId, used } = await limited('audio_seconds');
    const { demand } = test.world.request();
    const request = test.world.request({ organizationId, demand: { ...demand, needs: ['audio_input'] } });
    await take(request);
    expect(await used()).toBe(1);
    await settle(request, usage(units));
    expect(await used()).toBe(expected);
  });
});

describe('a slot', () => {
  it('is one at a time, and free when its request is settled', async () => {
    const { organizationId, slots } = await limited();
    const [first, second] = [test.world.request({ organizationId }), test.world.request({ organizationId })];
    await take(first);
    expect(await test.take(second)).toMatchObject({ status: 'refused' });
    expect(await test.leases(slots)).toEqual([first.requestId]);
    await settle(first, {});
    expect(await test.leases(slots)).toEqual([]);
    await take(second);
  });

  it('is free, and all tokens back, when its request is released', async () => {
    const { organizationId, slots, used } = await limited();
    const request = test.world.request({ organizationId });
    await take(request);
    await test.world.ledger.planAndReserve(request);
    await test.world.ledger.release({ request });
    expect([await test.leases(slots), await used()]).toEqual([[], 0]);
  });

  it('is free when its request is released before it had a row', async () => {
    const { organizationId, slots, used } = await limited();
    const request = test.world.request({ organizationId });
    await take(request);
    await test.world.ledger.release({ request });
    expect([await test.leases(slots), await used()]).toEqual([[], 0]);
  });

  it('is free when its request is refused for want of money', async () => {
    const { organizationId, slots, used } = await limited();
    await test.database.query({
      text: `SELECT ledger.withdraw($1, $2, 'house:grants', 1000000000, 'test')`,
      values: [`withdraw:${organizationId}`, `credits:organization:${organizationId}`],
    });
    const request = test.world.request({ organizationId });
    await take(request);
    expect(await test.world.ledger.planAndReserve(request)).toMatchObject({ status: 'refused' });
    expect([await test.leases(slots), await used()]).toEqual([[], 0]);
  });

  it('is free when the process of its request died and the sweeper has ended it', async () => {
    const { organizationId, slots, used } = await limited();
    const request = test.world.request({ organizationId, holder: 'dead' });
    await take(request);
    await test.world.otherProcess('dead').planAndReserve(request);
    await test.database.query({
      text: `UPDATE requests.requests SET created_at = now() - interval '1 hour' WHERE id = $1`,
      values: [request.requestId],
    });
    expect(await test.leases(slots)).toEqual([request.requestId]);
    const { world } = test;
    const sweeper = createSweeper({
      ...{ database: world.database, ledger: world.ledger, replies: world.replies, epochKeys: world.epochKeys },
      workflows: {
        isOpen: () => Promise.resolve(false),
        start: () => Promise.resolve({ eager: false, alreadyStarted: false }),
      },
      onError: (error) => {
        throw error;
      },
    });
    await sweeper.sweepOnce();
    expect([await test.leases(slots), await used()]).toEqual([[], 0]);
  });

  it('lapses where its request never got a row, and not while that row is open', async () => {
    const { organizationId, slots } = await limited();
    const [running, lost, next] = [1, 2, 3].map(() => test.world.request({ organizationId })) as [
      RequestInput,
      RequestInput,
      RequestInput,
    ];
    const lapse = () =>
      test.database.query({
        text: `UPDATE limits.leases SET lapses_at = clock_timestamp() - interval '1 hour' WHERE rule_id = $1`,
        values: [slots],
      });
    await take(running);
    await test.world.ledger.planAndReserve(running);
    await lapse();
    expect(await test.take(lost)).toMatchObject({ status: 'refused' });
    await test.world.ledger.release({ request: running });
    await take(lost);
    await lapse();
    await take(next);
    expect(await test.leases(slots)).toEqual([next.requestId]);
  });

  it('is given back, with the tokens, where the request was not started after all', async () => {
    const { organizationId, slots, used } = await limited();
    const request = test.world.request({ organizationId });
    await take(request);
    await test.limits.giveBack(request.requestId);
    expect([await test.leases(slots), await used()]).toEqual([[], 0]);
  });
});

describe('a keyed request', () => {
  const key = { idempotencyKey: 'once', body: '{}', answerHoldMs: 60_000 };
  const keyedRequest = (organizationId: string) =>
    test.world.request({ organizationId, projectId: `proj_${organizationId}`, keyed: true, retention: 'kept' });
  const accept = async (request: RequestInput, body = '{}') =>
    test.world.directory.acceptKeyed(request, call, { ...key, body }, await test.limits.prepare(request));

  it('takes once, however often it is repeated', async () => {
    const { organizationId, slots, used } = await limited();
    const request = keyedRequest(organizationId);
    expect(await accept(request)).toMatchObject({ status: 'accepted', taken: { status: 'taken' } });
    const repeats = await Promise.all([1, 2, 3].map(() => accept(keyedRequest(organizationId))));
    expect(repeats.map(({ status }) => status)).toEqual(['repeated', 'repeated', 'repeated']);
    expect(await accept(keyedRequest(organizationId), '{"other":1}')).toEqual({ status: 'body_differs' });
    expect(await test.leases(slots)).toEqual([request.requestId]);
    expect(await used()).toBe(estimate);
    await test.world.ledger.release({ request });
  });

  it('that is limited leaves nothing behind, and its key is free', async () => {
    const { organizationId, slots } = await limited();
    const first = test.world.request({ organizationId });
    await take(first);
    const request = keyedRequest(organizationId);
    expect(await accept(request)).toMatchObject({ status: 'limited', taken: { status: 'refused' } });
    const left = await test.database.query({
      text: `SELECT id FROM requests.requests WHERE id = $1 UNION ALL SELECT request_id FROM content.kept WHERE request_id = $1
             UNION ALL SELECT request_id FROM requests.idempotency_keys WHERE request_id = $1
             UNION ALL SELECT request_id FROM limits.taken WHERE request_id = $1`,
      values: [request.requestId],
    });
    expect(left).toEqual([]);
    await test.limits.giveBack(first.requestId);
    const again = keyedRequest(organizationId);
    expect(await accept(again)).toMatchObject({ status: 'accepted' });
    expect(await test.leases(slots)).toEqual([again.requestId]);
    await test.world.ledger.release({ request: again });
  });
});
