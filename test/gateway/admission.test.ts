import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { type Answer, openaiModel, says, textOf, useWorld } from './world.js';

// How many requests are let in, and what a gateway does with those under way when it is to end.

const world = useWorld({ env: { SLUICE_MAX_IN_FLIGHT: '3' } });

const heldBefore: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };
const heldIn: Behaviour = { behaviour: 'hold', afterEvents: 5 };
/** More than the sockets between a gateway and its caller hold, so that some of it stays in the process. */
const unboundedly: Behaviour = { behaviour: 'huge', ignoreMaxTokens: true, chunks: 2_000_000 };
const body = (behaviour?: Behaviour, more: object = {}) => ({
  model: openaiModel,
  messages: says('Hello', behaviour),
  max_completion_tokens: 100,
  ...more,
});

async function expectTurnedAway(answer: Answer, code: string): Promise<void> {
  expect(answer).toMatchObject({ status: 503, body: { error: { code, type: 'server_error' } } });
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.headers.get('x-should-retry')).toBe('true');
  expect(await world.rows('SELECT id FROM requests.requests WHERE id = $1', [answer.requestId])).toEqual([]);
  expect(await world.rows('SELECT request_id FROM ledger.holds WHERE request_id = $1', [answer.requestId])).toEqual([]);
}

describe('one request more than the gateway takes', () => {
  it('is told to come back, with nothing reserved, and let in once there is room', async () => {
    const asked = [false, true, false].map((stream) => world.ask(body(heldBefore, { stream })));
    await world.vendor.waitForHeld(3);
    await expectTurnedAway(await world.ask(body()), 'too_many_in_flight');
    await expectTurnedAway(
      await world.ask(body(), { headers: { 'idempotency-key': 'turned-away' } }),
      'too_many_in_flight',
    );
    await expectTurnedAway(await world.ask(body(undefined, { stream: true })), 'too_many_in_flight');
    // Whoever has no key learns that first, and what is no inference is not counted.
    expect((await world.ask(body(), { apiKey: 'sk-sluice-nobody' })).status).toBe(401);
    expect((await world.get('/v1/models')).status).toBe(200);
    expect((await fetch(`${world.gateway.origin}/health/ready`)).status).toBe(200);

    const [held] = await world.vendor.held();
    await world.vendor.release(held!.id);
    await Promise.race(asked);
    expect((await world.ask(body())).status).toBe(200);
    await world.vendor.release('all');
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await world.vendor.log()).toHaveLength(4);
  });

  it('has room again after each way in which a request can end', async () => {
    const left = new AbortController();
    const leaving = world.ask(body(heldBefore), { signal: left.signal }).catch(() => undefined);
    await world.vendor.waitForHeld(1);
    left.abort();
    await leaving;
    const stream = await world.stream(body(heldIn));
    await stream.nextContent();
    stream.leave();
    await world.vendor.waitForEnded(2);
    await world.ask(body({ behaviour: 'bad-request' }));
    await world.ask({ messages: [] });
    await world.post('/v1/chat/completions', 'not JSON');
    await (await world.stream(body({ behaviour: 'cut', afterEvents: 5 }))).rest();
    await world.settled();
    await world.vendor.reset();
    const asked = [1, 2, 3].map(() => world.ask(body(heldBefore)));
    await world.vendor.waitForHeld(3);
    await world.vendor.release('all');
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('has room again once a caller has not taken its plain answer for too long', async () => {
    const gateway = await openGateway({ SLUICE_MAX_IN_FLIGHT: '1', SLUICE_SLOW_READER_TIMEOUT_MS: '1000' });
    await world.vendor.script({ behaviours: [unboundedly] });
    const response = await world.unread(body(), { gateway });
    await world.ended(String(response.headers['x-request-id']));
    expect((await world.ask(body(), { gateway })).status).toBe(503);
    await until('room for another', async () => {
      const { status } = await world.ask(body(), { gateway });
      return status === 200 || { pending: String(status) };
    });
    response.destroy();
  });

  it('holds up nobody: as many as it takes, many times over', async () => {
    const answers = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const statuses: number[] = [];
        for (let round = 0; round < 8; round += 1) statuses.push((await world.ask(body())).status);
        return statuses;
      }),
    );
    expect(answers.flat()).toEqual(Array(24).fill(200));
  });
});

/** A gateway of the test's own, beside the world's; it is closed in any case, and once. */
async function openGateway(env: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ beside: world.gateway, env });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= gateway.close());
  onTestFinished(async () => {
    await world.vendor.release('all');
    await close();
  });
  return { ...gateway, close };
}

describe('a gateway that is to end', () => {
  it('finishes what is under way, to its last byte, and takes nothing new', async () => {
    const gateway = await openGateway();
    const stream = await world.stream(body(heldIn), { gateway });
    const first = await stream.nextContent();
    const plain = world.ask(body(heldBefore), { gateway });
    await world.vendor.waitForHeld(2);

    let isClosed = false;
    const closing = gateway.close().then(() => (isClosed = true));
    // It refuses connections, or says that it is about to end where one is open: either way before anything is accepted.
    const late = await world.ask(body(), { gateway }).catch(() => 'refused' as const);
    if (late !== 'refused') await expectTurnedAway(late, 'shutting_down');
    expect(isClosed).toBe(false);
    // The other gateway takes what this one does not.
    expect((await world.ask(body())).status).toBe(200);

    await world.vendor.release('all');
    const events = [first, ...(await stream.rest())];
    expect(events.at(-1)?.data).toBe('[DONE]');
    expect(textOf(events)).toBe(fakeAnswerText('Hello'));
    const answer = await plain;
    expect(answer.body.choices[0].message.content).toBe(fakeAnswerText('Hello'));
    await closing;
    // Everything was settled before it ended, not by whoever came after.
    const ends = await world.rows(
      'SELECT state, failure_class, ended_at IS NOT NULL AS ended FROM requests.requests WHERE id = ANY ($1)',
      [[stream.requestId, answer.requestId]],
    );
    expect(ends).toEqual(Array(2).fill({ state: 'settled', failure_class: null, ended: true }));
  });

  it('finishes what goes on without its caller', async () => {
    const gateway = await openGateway();
    const stream = await world.stream(body(heldIn, { on_disconnect: 'finish' }), { gateway });
    await stream.nextContent();
    stream.leave();
    const closing = gateway.close();
    await world.vendor.release('all');
    await closing;
    const [end] = await world.rows('SELECT state, failure_class FROM requests.requests WHERE id = $1', [
      stream.requestId,
    ]);
    expect(end).toEqual({ state: 'settled', failure_class: null });
    expect(await world.vendor.log()).toMatchObject([{ finishedCleanly: true }]);
  });

  it('does not cut off an answer that its caller is slow to take', async () => {
    const gateway = await openGateway();
    await world.vendor.script({ behaviours: [unboundedly] });
    const response = await world.unread(body(), { gateway });
    await world.ended(String(response.headers['x-request-id']));
    const closing = gateway.close();
    await new Promise((resolve) => setImmediate(resolve));
    let tail = '';
    response.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-100)));
    response.resume();
    await new Promise((resolve, reject) => response.once('end', resolve).once('error', reject));
    expect(tail).toMatch(/\}$/);
    await closing;
  });

  it('ends at once where nothing is under way', async () => {
    const gateway = await openGateway();
    expect((await world.ask(body(), { gateway })).status).toBe(200);
    await world.settled();
    const startedAt = performance.now();
    await gateway.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
