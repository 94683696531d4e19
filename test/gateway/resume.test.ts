import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { anthropicModel, nanoOf, openaiModel, says, type StreamEvent, textOf, useWorld } from './world.js';

// `/v1/requests/{id}`: how a request goes, its answer once more, its stream from where it broke off, and its end.

const world = useWorld({ beside: true });

let count = 0;
const keyed = () => ({ headers: { 'idempotency-key': `resume-${(count += 1)}` } });
const held: Behaviour = { behaviour: 'hold', afterEvents: 5 };
const body = (behaviour?: Behaviour, more: object = {}) => ({
  model: openaiModel,
  messages: says('Hello', behaviour),
  max_completion_tokens: 50,
  ...more,
});
const gateways = () => [world.gateway, world.other];
const path = (requestId: string, rest = '') => `/v1/requests/${requestId}${rest}`;

const resumed = async (requestId: string, lastEventId: string | undefined, gateway = world.gateway) => {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  return (await world.getStream(path(requestId, '/stream'), { headers, gateway })).rest();
};

describe('a stream', () => {
  it.each<[string, object]>([
    ['of one answer', { model: openaiModel }],
    ['of another vendor', { model: anthropicModel }],
    ['with usage', { stream_options: { include_usage: true } }],
    ['of two answers', { n: 2 }],
    [
      'with tools',
      {
        messages: says('Look', { behaviour: 'answer', toolCalls: 2 }),
        tools: [
          {
            type: 'function',
            function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } },
          },
        ],
      },
    ],
    [
      'with reasoning',
      {
        model: anthropicModel,
        messages: says('Think', { behaviour: 'answer', reasoning: 3 }),
        reasoning_effort: 'low',
        max_completion_tokens: 4_000,
      },
    ],
  ])('%s is resumed after every one of its chunks, at either gateway', async (_name, more) => {
    const stream = await world.stream(body(undefined, more), keyed());
    const events = await stream.rest();
    expect(events.at(-1)?.data).toBe('[DONE]');
    const ids = events.slice(0, -1).map(({ id }) => id);
    expect(ids.every((id) => id?.startsWith(`${stream.requestId}:`))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    await world.ended(stream.requestId);
    for (const gateway of gateways()) {
      expect(await resumed(stream.requestId, undefined, gateway)).toEqual(events);
      for (const [index, id] of ids.entries())
        expect(await resumed(stream.requestId, id, gateway)).toEqual(events.slice(index + 1));
    }
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('that broke off at the caller is resumed while it runs, at either gateway', async () => {
    const stream = await world.stream(body(held), keyed());
    await world.vendor.waitForHeld(1);
    const had: StreamEvent[] = [];
    while (textOf(had) === '') had.push((await stream.next())!);
    stream.leave();
    const followers = await Promise.all(
      gateways().map((gateway) =>
        world.getStream(path(stream.requestId, '/stream'), { gateway, headers: { 'last-event-id': had.at(-1)!.id! } }),
      ),
    );
    const early = await Promise.all(followers.map((follower) => follower.nextContent()));
    await world.vendor.release('all');
    for (const [index, follower] of followers.entries()) {
      const events = [...had, early[index]!, ...(await follower.rest())];
      expect(events.at(-1)?.data).toBe('[DONE]');
      expect(textOf(events)).toBe(fakeAnswerText('Hello'));
    }
    expect(await world.vendor.log()).toMatchObject([{ finishedCleanly: true }]);
  });

  it('that was cut by its vendor is cut for whoever resumes it, too', async () => {
    const stream = await world.stream(body({ behaviour: 'cut', afterEvents: 5 }), keyed());
    const events = await stream.rest();
    expect(JSON.parse(events.at(-1)!.data).error).toMatchObject({ code: 'stream_cut' });
    await world.ended(stream.requestId);
    const [last, ...before] = events.slice(0, -1).reverse();
    for (const gateway of gateways()) {
      for (const { id } of before)
        expect(await resumed(stream.requestId, id, gateway)).toEqual(
          events.slice(events.findIndex((event) => event.id === id) + 1),
        );
      // Where nothing is left to stream, the error comes by itself, with its status.
      const headers = { 'last-event-id': last!.id! };
      const again = await world.get(path(stream.requestId, '/stream'), { gateway, headers });
      expect(again).toMatchObject({ status: 502, body: JSON.parse(events.at(-1)!.data) });
    }
  });

  it.each(['nonsense', 'req_00000000000000000000000000000000:1:1', '1:1'])('is not resumed after %s', async (id) => {
    const stream = await world.stream(body(), keyed());
    await stream.rest();
    const answer = await world.get(path(stream.requestId, '/stream'), { headers: { 'last-event-id': id } });
    expect(answer).toMatchObject({ status: 400, body: { error: { param: 'starting_after' } } });
    const byQuery = await world.get(path(stream.requestId, `/stream?starting_after=${id}`));
    expect(byQuery.status).toBe(400);
  });
});

describe('an answer', () => {
  it.each([false, true])(
    'is fetched whole from either gateway, whichever way it was asked for (stream: %s)',
    async (stream) => {
      const asked = await world.ask(body(undefined, { stream, stream_options: undefined }), keyed());
      const { charged } = await world.ended(asked.requestId);
      const answers = await Promise.all(
        gateways().map((gateway) => world.get(path(asked.requestId, '/answer'), { gateway })),
      );
      for (const answer of answers) {
        expect(answer.status).toBe(200);
        expect(answer.requestId).toBe(asked.requestId);
        expect(answer.body).toMatchObject({
          object: 'chat.completion',
          choices: [{ message: { content: fakeAnswerText('Hello') } }],
        });
        expect(nanoOf(answer.body.usage.cost)).toBe(charged);
        if (!stream) expect(answer.body).toEqual(asked.body);
      }
    },
  );

  it('that is still to come is waited for', async () => {
    const first = world.ask(body(held), keyed());
    await world.vendor.waitForHeld(1);
    const [open] = await world.rows<{ id: string }>('SELECT id FROM requests.requests WHERE ended_at IS NULL');
    const waiting = gateways().map((gateway) => world.get(path(open!.id, '/answer'), { gateway }));
    expect((await world.get(path(open!.id))).body).toMatchObject({
      status: 'in_progress',
      answer: 'pending',
      cost_usd: null,
    });
    await world.vendor.release('all');
    const { body: told } = await first;
    for (const answer of await Promise.all(waiting)) expect(answer.body).toEqual(told);
  });

  it('of a request without a key is not kept', async () => {
    const asked = await world.ask(body());
    await world.ended(asked.requestId);
    for (const rest of ['/answer', '/stream'])
      expect(await world.get(path(asked.requestId, rest))).toMatchObject({
        status: 404,
        body: { error: { code: 'request_not_found' } },
      });
    expect((await world.get(path(asked.requestId))).body).toMatchObject({ status: 'completed', answer: 'none' });
  });
});

describe('a cancellation', () => {
  it.each([
    ['the same gateway', 0, {}],
    ['another gateway', 1, {}],
    ['the same gateway, keyed', 0, { 'idempotency-key': 'cancelled-here' }],
    ['another gateway, keyed', 1, { 'idempotency-key': 'cancelled-there' }],
  ])('at %s ends a stream in the middle with a typed error', async (_name, index, headers: Record<string, string>) => {
    const stream = await world.stream(body(held), { headers });
    await world.vendor.waitForHeld(1);
    await stream.nextContent();
    const asked = await world.post(path(stream.requestId, '/cancel'), {}, { gateway: gateways()[index]! });
    expect(asked).toMatchObject({ status: 202, body: { id: stream.requestId, object: 'request' } });
    const events = await stream.rest();
    expect(events.map(({ data }) => data)).not.toContain('[DONE]');
    expect(JSON.parse(events.at(-1)!.data).error).toMatchObject({ code: 'cancelled' });
    expect(await world.ended(stream.requestId)).toMatchObject({ state: 'settled', failure_class: 'cancelled' });
    expect(await world.vendor.waitForEnded(1)).toMatchObject([{ abortedByClient: true }]);
    // Once more changes nothing.
    const again = await world.post(path(stream.requestId, '/cancel'), {});
    expect(again).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  });

  it.each([0, 1])('before the first byte releases the request (gateway %i)', async (index) => {
    const asked = world.ask(body({ behaviour: 'hold', afterBytes: 'headers' }));
    await world.vendor.waitForHeld(1);
    const [open] = await world.rows<{ id: string }>('SELECT id FROM requests.requests WHERE ended_at IS NULL');
    await world.post(path(open!.id, '/cancel'), undefined, { gateway: gateways()[index]! });
    expect(await asked).toMatchObject({ status: 499, body: { error: { code: 'cancelled' } } });
    expect(await world.ended(open!.id)).toMatchObject({ state: 'released', charged: 0n, failure_class: 'cancelled' });
  });
});

describe('a request', () => {
  it('tells how it went, attempt by attempt', async () => {
    const messages = says('Hello', { behaviour: 'rate-limited', vendor: 'openai' });
    const asked = await world.ask({ models: [openaiModel, anthropicModel], messages });
    await world.ended(asked.requestId);
    const { body: record } = await world.get(path(asked.requestId), { gateway: world.other });
    expect(record).toMatchObject({
      id: asked.requestId,
      object: 'request',
      status: 'completed',
      vendor: 'anthropic',
      models: [openaiModel, anthropicModel],
      failure: null,
      attempts: [
        { number: 1, vendor: 'openai', status: 'failed', failure: 'rate_limited', cost_usd: '0' },
        { number: 2, vendor: 'anthropic', status: 'answered', failure: null },
      ],
    });
    expect(JSON.stringify(record)).not.toContain('Hello');
  });

  it('of another project is as unknown as none', async () => {
    const { apiKey } = await world.createProject();
    const asked = await world.ask(body(), keyed());
    await world.ended(asked.requestId);
    const nobody = 'req_00000000000070008000000000000000';
    for (const id of [asked.requestId, nobody, 'nonsense', encodeURIComponent("' OR 1=1")])
      for (const rest of ['', '/answer', '/stream'])
        expect(await world.get(path(id, rest), { apiKey })).toMatchObject({
          status: 404,
          body: { error: { code: 'request_not_found' } },
        });
    expect((await world.post(path(asked.requestId, '/cancel'), {}, { apiKey })).status).toBe(404);
    expect((await world.get(path(asked.requestId))).status).toBe(200);
  });
});
