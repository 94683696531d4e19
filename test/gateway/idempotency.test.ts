import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { type Answer, type AskOptions, nanoOf, openaiModel, says, textOf, useWorld } from './world.js';

// What a repeat with the same Idempotency-Key gets, and that it never causes a second call: here, at another gateway,
// while the first one runs, at once with it, and after its answer has gone.

const world = useWorld({ beside: true });

let count = 0;
/** A key of the test's own. */
const newKey = (): string => `key-${(count += 1)}-${Date.now()}`;
const keyed = (key: string, more: AskOptions = {}): AskOptions => ({ ...more, headers: { 'idempotency-key': key } });

const bodyOf = (stream: boolean, behaviour?: Behaviour) => ({
  model: openaiModel,
  messages: says('Once', behaviour),
  max_completion_tokens: 50,
  stream,
});

const held: Behaviour = { behaviour: 'hold', afterEvents: 4 };

/** What a caller reads of an answer, but for what is each connection's own. */
const contentOf = ({ status, requestId, body, headers }: Answer) => ({
  status,
  requestId,
  body,
  cost: headers.get('x-sluice-cost-usd'),
});

describe.each([false, true])('a repeat (stream: %s)', (stream) => {
  it('after the end gets the same answer, id and cost without a second call, at either gateway', async () => {
    const options = keyed(newKey());
    const first = await world.ask(bodyOf(stream), options);
    expect(first.status).toBe(200);
    const { charged } = await world.ended(first.requestId);
    for (const gateway of [world.gateway, world.other]) {
      const repeat = await world.ask(bodyOf(stream), { ...options, gateway });
      expect(contentOf(repeat)).toEqual(contentOf(first));
    }
    expect(await world.vendor.log()).toHaveLength(1);
    if (!stream) expect(nanoOf(first.body.usage.cost)).toBe(charged);
  });

  it('while it runs attaches to it, at either gateway', async () => {
    const options = keyed(newKey());
    const body = bodyOf(stream, held);
    const first = world.ask(body, options);
    await world.vendor.waitForHeld(1);
    const repeats = [world.gateway, world.other].map((gateway) => world.ask(body, { ...options, gateway }));
    if (stream) {
      // What had come before is told at once, not only with the end.
      const early = await world.stream(body, { ...options, gateway: world.other });
      expect(fakeAnswerText('Once').startsWith(textOf([await early.nextContent()]))).toBe(true);
      early.leave();
    }
    expect(await world.vendor.release('all')).toBe(1);
    const [told, ...retold] = await Promise.all([first, ...repeats]);
    expect(told.status).toBe(200);
    for (const answer of retold) expect(contentOf(answer)).toEqual(contentOf(told));
    expect(await world.vendor.log()).toHaveLength(1);
    await world.ended(told.requestId);
  });

  it('ten at once make one call and get one answer', async () => {
    const options = keyed(newKey());
    const gateways = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? world.gateway : world.other));
    const answers = await Promise.all(gateways.map((gateway) => world.ask(bodyOf(stream), { ...options, gateway })));
    expect(answers[0]!.status).toBe(200);
    for (const answer of answers) expect(contentOf(answer)).toEqual(contentOf(answers[0]!));
    expect(await world.vendor.log()).toHaveLength(1);
    const { state } = await world.ended(answers[0]!.requestId);
    expect(state).toBe('settled');
  });

  it.each<[number, string, Behaviour]>([
    [400, 'a request that the vendor refuses', { behaviour: 'bad-request' }],
    [502, 'a credential that the vendor refuses', { behaviour: 'unauthorized' }],
    [429, 'a limit that is for too long', { behaviour: 'rate-limited', retryAfterSeconds: 60 }],
  ])('of a failure gets the same failure, status %i: %s', async (status, _name, behaviour) => {
    const options = keyed(newKey());
    const first = await world.ask(bodyOf(stream, behaviour), options);
    expect(first.status).toBe(status);
    await world.ended(first.requestId);
    for (const gateway of [world.gateway, world.other]) {
      const repeat = await world.ask(bodyOf(stream, behaviour), { ...options, gateway });
      expect(contentOf(repeat)).toEqual(contentOf(first));
      expect(repeat.headers.get('x-should-retry')).toBe(first.headers.get('x-should-retry'));
    }
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('with another body is refused, and the first answer is still there', async () => {
    const options = keyed(newKey());
    const first = await world.ask(bodyOf(stream), options);
    const others = [
      { ...bodyOf(stream), temperature: 1 },
      bodyOf(!stream),
      { ...bodyOf(stream), messages: says('Twice') },
    ];
    for (const body of others) {
      const refused = await world.ask(body, options);
      expect(refused).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } });
    }
    expect(contentOf(await world.ask(bodyOf(stream), options))).toEqual(contentOf(first));
    expect(await world.vendor.log()).toHaveLength(1);
  });
});

describe('a key', () => {
  it('is free again after a 402, and after input that was wrong', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.000031' });
    const options = keyed(newKey(), { apiKey });
    const dear = { ...bodyOf(false), max_completion_tokens: 1_000 };
    const refused = await world.ask(dear, options);
    expect(refused.status).toBe(402);
    expect((await world.ask({ ...dear, messages: [] }, options)).status).toBe(400);
    // The same key with a body that fits now: not a repeat, and not another body's.
    const cheap = { ...bodyOf(false), max_completion_tokens: 1 };
    const answer = await world.ask(cheap, options);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 200, error: undefined });
    expect(answer.requestId).not.toBe(refused.requestId);
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('of ten at once that cannot be paid gives each of them the 402', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0' });
    const options = keyed(newKey(), { apiKey });
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.ask(bodyOf(false), options)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(402));
    expect(await world.vendor.log()).toEqual([]);
  });

  it('of another project is another key', async () => {
    const { apiKey } = await world.createProject();
    const options = keyed(newKey());
    const mine = await world.ask(bodyOf(false), options);
    const theirs = await world.ask({ ...bodyOf(false), messages: says('Mine') }, { ...options, apiKey });
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    expect(await world.vendor.log()).toHaveLength(2);
  });

  it('whose first caller left is still answered, once', async () => {
    const options = keyed(newKey());
    const first = await world.stream(bodyOf(true, held), options);
    await world.vendor.waitForHeld(1);
    await first.nextContent();
    first.leave();
    const repeat = world.ask(bodyOf(true, held), options);
    await world.vendor.release('all');
    const answer = await repeat;
    expect(answer.body).toContain('[DONE]');
    expect(answer.requestId).toBe(first.requestId);
    expect(await world.vendor.log()).toMatchObject([{ finishedCleanly: true, abortedByClient: false }]);
    expect(await world.ended(first.requestId)).toMatchObject({ state: 'settled', failure_class: null });
  });

  it('whose repeat leaves does not stop the request for the others', async () => {
    const options = keyed(newKey());
    const body = { ...bodyOf(true, held), on_disconnect: 'cancel' };
    const first = world.ask(body, options);
    await world.vendor.waitForHeld(1);
    for (const gateway of [world.gateway, world.other]) {
      const repeat = await world.stream(body, { ...options, gateway });
      await repeat.nextContent();
      repeat.leave();
    }
    await world.vendor.release('all');
    expect((await first).body).toContain('[DONE]');
    expect(await world.vendor.log()).toMatchObject([{ finishedCleanly: true }]);
  });
});

describe('an answer whose time is over', () => {
  it.each([false, true])(
    'is told as expired with what it cost, and never asked for again (stream: %s)',
    async (stream) => {
      const { apiKey } = await world.createProject({ answer_hold_ms: 0 });
      const options = keyed(newKey(), { apiKey });
      const first = await world.ask(bodyOf(stream), options);
      expect(first.status).toBe(200);
      const { charged } = await world.ended(first.requestId);
      for (const gateway of [world.gateway, world.other]) {
        const repeat = await world.ask(bodyOf(stream), { ...options, gateway });
        expect(repeat).toMatchObject({
          status: 409,
          requestId: first.requestId,
          body: { error: { code: 'answer_expired', request_id: first.requestId } },
        });
        expect(nanoOf(repeat.body.error.cost_usd)).toBe(charged);
      }
      expect((await world.ask(bodyOf(!stream), options)).status).toBe(422);
      for (const path of ['answer', 'stream']) {
        const again = await world.get(`/v1/requests/${first.requestId}/${path}`, { apiKey });
        expect(again).toMatchObject({ status: 409, body: { error: { code: 'answer_expired' } } });
      }
      const record = await world.get(`/v1/requests/${first.requestId}`, { apiKey });
      expect(record.body).toMatchObject({ status: 'completed', answer: 'expired' });
      expect(await world.vendor.log()).toHaveLength(1);
    },
  );

  it('is not readable by whoever was following when it was destroyed', async () => {
    const { id, apiKey } = await world.createProject({ answer_hold_ms: 0 });
    const options = keyed(newKey(), { apiKey });
    const body = bodyOf(false, held);
    const first = world.ask(body, options);
    await world.vendor.waitForHeld(1);
    const repeat = world.ask(body, options);
    await until('the repeat to be under way', async () => {
      const active = await world.rows(`SELECT 1 FROM requests.idempotency_keys WHERE project_id = $1`, [id]);
      return active.length === 1 || { pending: 'no key is bound' };
    });
    await world.vendor.release('all');
    expect((await first).status).toBe(200);
    // It was there in time or it was not: an answer, or the truth that there is none any more.
    const { status, body: told } = await repeat;
    expect(status === 200 || told.error.code === 'answer_expired').toBe(true);
    expect(await world.vendor.log()).toHaveLength(1);
  });
});
