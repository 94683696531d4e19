import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { anthropicModel, openaiModel, outputNanoUsd, says, textOf, useWorld } from './world.js';

// Callers who leave, and callers who do not read.

const world = useWorld({ env: { SLUICE_SLOW_READER_TIMEOUT_MS: '1000' } });

const heldIn: Behaviour = { behaviour: 'hold', afterEvents: 6 };
const heldBefore: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };
const body = (behaviour?: Behaviour, more: object = {}) => ({
  model: openaiModel,
  messages: says('Hello', behaviour),
  max_completion_tokens: 100,
  ...more,
});

/** A plain request whose caller can leave; gives the request's id once the vendor has it. */
async function plainAtVendor(asked: object, headers: Record<string, string> = {}) {
  const left = new AbortController();
  const answer = world.ask(asked, { signal: left.signal, headers }).catch((error: unknown) => error);
  await world.vendor.waitForHeld(1);
  const [row] = await world.rows<{ id: string }>('SELECT id FROM requests.requests WHERE ended_at IS NULL');
  return {
    requestId: row!.id,
    leave: async () => {
      left.abort();
      await answer;
    },
  };
}

describe('a caller who leaves in mid-stream', () => {
  it.each([
    ['by default', {}, {}],
    ['who asked for it', { on_disconnect: 'cancel' }, {}],
    ['who asked for it in spite of a key', { on_disconnect: 'cancel' }, { 'idempotency-key': 'leaves-and-cancels' }],
  ])('%s: ends the vendor’s call and pays for what came', async (_name, more, headers) => {
    const stream = await world.stream(body(heldIn, more), { headers });
    await world.vendor.waitForHeld(1);
    const first = await stream.nextContent();
    stream.leave();
    const row = await world.ended(stream.requestId);
    expect(row).toMatchObject({ state: 'settled', failure_class: 'cancelled' });
    expect(row.charged!).toBeGreaterThanOrEqual(
      BigInt(Math.ceil(Buffer.byteLength(textOf([first])) / 4)) * outputNanoUsd,
    );
    expect(row.charged!).toBeLessThan(row.held!);
    const log = await world.vendor.waitForEnded(1);
    expect(log).toMatchObject([{ abortedByClient: true, finishedCleanly: false }]);
    expect((await world.get(`/v1/requests/${stream.requestId}`)).body).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    ['who asked for it', { on_disconnect: 'finish' }, {}],
    ['with a key', {}, { 'idempotency-key': 'leaves-and-finishes' }],
  ])('%s: lets it go on to its end', async (_name, more, headers) => {
    const stream = await world.stream(body(heldIn, more), { headers });
    await world.vendor.waitForHeld(1);
    await stream.nextContent();
    stream.leave();
    // The gateway has seen it leave once another answer has come on another connection of the same caller.
    await world.get('/v1/models');
    await world.vendor.release('all');
    const log = await world.vendor.waitForEnded(1);
    expect(log).toMatchObject([{ abortedByClient: false, finishedCleanly: true }]);
    const row = await world.ended(stream.requestId);
    expect(row).toMatchObject({ state: 'settled', failure_class: null });
    expect((await world.get(`/v1/requests/${stream.requestId}`)).body).toMatchObject({
      status: 'completed',
      answer: 'idempotency-key' in headers ? 'available' : 'none',
    });
  });

  it('leaves nothing behind: no content, no plan in the way of the next request', async () => {
    const stream = await world.stream(body(heldIn));
    await world.vendor.waitForHeld(1);
    stream.leave();
    await world.ended(stream.requestId);
    await until('the content to be gone', async () => {
      const rows = await world.rows(
        `SELECT request_id FROM content.interactive WHERE request_id = $1
         UNION ALL SELECT request_id FROM content.interactive_log WHERE request_id = $1`,
        [stream.requestId],
      );
      return rows.length === 0 || { pending: `${rows.length} rows` };
    });
    expect((await world.ask(body())).status).toBe(200);
  });
});

describe('a caller who leaves before the first byte', () => {
  it.each([false, true])('has nothing to pay, and the vendor’s call is ended (stream: %s)', async (stream) => {
    const caller = await plainAtVendor(body(heldBefore, { stream }));
    await caller.leave();
    expect(await world.ended(caller.requestId)).toMatchObject({
      state: 'released',
      charged: 0n,
      failure_class: 'cancelled',
    });
    expect(await world.vendor.waitForEnded(1)).toMatchObject([{ abortedByClient: true }]);
  });

  it('while a fallback is waited for: no other candidate is asked', async () => {
    const behaviour: Behaviour = { behaviour: 'rate-limited', retryAfterSeconds: 9 };
    const left = new AbortController();
    const asked = world.ask(body(behaviour), { signal: left.signal }).catch((error: unknown) => error);
    await world.vendor.waitForEnded(1);
    const [row] = await world.rows<{ id: string }>('SELECT id FROM requests.requests WHERE ended_at IS NULL');
    left.abort();
    await asked;
    expect(await world.ended(row!.id)).toMatchObject({ state: 'released', failure_class: 'cancelled' });
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('and asked for it to be finished pays for the answer', async () => {
    const caller = await plainAtVendor(body(heldBefore, { on_disconnect: 'finish' }));
    await caller.leave();
    await world.get('/v1/models');
    await world.vendor.release('all');
    expect(await world.ended(caller.requestId)).toMatchObject({ state: 'settled', failure_class: null });
    expect(await world.vendor.log()).toMatchObject([{ finishedCleanly: true }]);
  });

  it('with a key finds the answer when it comes back', async () => {
    const headers = { 'idempotency-key': 'comes-back' };
    const caller = await plainAtVendor(body(heldBefore), headers);
    await caller.leave();
    await world.vendor.release('all');
    await world.ended(caller.requestId);
    const again = await world.ask(body(heldBefore), { headers });
    expect(again).toMatchObject({ status: 200, requestId: caller.requestId });
    expect(again.body.choices[0].message.content).toBe(fakeAnswerText('Hello'));
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('at once after it has asked, many times over: every request ends, and nothing stays held', async () => {
    const before = await world.account('organization:org_local');
    const asked = Array.from({ length: 30 }, async (_, index) => {
      const left = new AbortController();
      const answer = world
        .ask(body(undefined, { stream: index % 2 === 0 }), { signal: left.signal })
        .catch(() => undefined);
      // Spread over the path by turns of the event loop, from before the connection to after the answer.
      for (let turn = 0; turn < index * 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      left.abort();
      await answer;
    });
    await Promise.all(asked);
    // The last to come is behind all the others in the gateway.
    expect((await world.ask(body())).status).toBe(200);
    await world.settled();
    const after = await world.account('organization:org_local');
    expect(after.held).toBe(0n);
    expect(after.spent).toBeGreaterThan(before.spent);
  });
});

describe('a caller who does not read', () => {
  /** What sockets and queues between vendor and caller may hold; endless, the vendor would send this in a second. */
  const mostInFlightBytes = 32 * 1024 * 1024;

  it.each([openaiModel, anthropicModel])(
    'is cut by the deadline, and the vendor is read no faster than the caller reads (%s)',
    async (model) => {
      const response = await world.unread({ ...body({ behaviour: 'endless' }), model, stream: true });
      const requestId = String(response.headers['x-request-id']);
      const row = await world.ended(requestId);
      expect(row).toMatchObject({ state: 'settled', failure_class: 'slow_reader' });
      expect(row.charged!).toBeLessThanOrEqual(row.held!);
      const [entry] = await world.vendor.waitForEnded(1);
      expect(entry).toMatchObject({ abortedByClient: true });
      expect(entry!.bytesSent).toBeLessThan(mostInFlightBytes);
      response.destroy();
    },
  );

  it('is told so, where it reads on after all', async () => {
    const response = await world.unread({ ...body({ behaviour: 'endless' }), stream: true });
    await world.ended(String(response.headers['x-request-id']));
    let tail = '';
    response.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-4_000)));
    // What was paused by hand goes on by hand only.
    response.resume();
    await new Promise((resolve) => response.once('close', resolve));
    expect(tail).not.toContain('[DONE]');
    expect(tail).toContain('slow_reader');
  });
});
