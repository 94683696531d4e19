import { describe, expect, it } from 'vitest';
import type { ReplyEvent } from '../../../workflows/contracts/reply.js';
import type { RequestInput } from '../../../workflows/contracts/requests.js';
import { buildApp } from '../../app.js';
import { secondsOfRequestId } from '../../request-id.js';
import { chatBody, parseEvents } from '../../testing/chat-body.js';
import { answer, endRecord, stopFrame, SUMMARY, textFrame } from '../../testing/fake-answers.js';
import { createFakeWorld, INFERENCE_KEY, OTHER_PROJECT_KEY } from '../../testing/fake-dependencies.js';

function open(settings?: Parameters<typeof createFakeWorld>[0]) {
  const world = createFakeWorld(settings);
  const app = buildApp(world.deps);
  const chat = (fields: object = {}, headers: object = {}) =>
    app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { authorization: `Bearer ${INFERENCE_KEY}`, 'content-type': 'application/json', ...headers },
      payload: chatBody(fields),
    });
  /** The next request's workflow waits until it is told what to do. */
  const hold = () => {
    let go: (run: (input: RequestInput) => Promise<void>) => void = () => {};
    const started = new Promise<RequestInput>((resolve) => {
      world.workflow = (input) =>
        new Promise((done) => {
          go = (run) => void run(input).then(done);
          resolve(input);
        });
    });
    return { started, go: (run: (input: RequestInput) => Promise<void>) => go(run) };
  };
  return { world, app, chat, hold };
}

const KEY = { 'idempotency-key': 'once' };

describe('an answer in speech', () => {
  it('is refused of models that do not speak, before anything is started', async () => {
    const { chat, world } = open();
    const response = await chat({ modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { param: 'modalities', code: 'invalid_request' } });
    expect(world.started).toEqual([]);
    expect((await chat({ modalities: ['text'] })).statusCode).toBe(200);
  });
});

describe('a plain answer', () => {
  it('is a chat completion with its cost in body and headers', async () => {
    const { chat, world } = open();
    const response = await chat();
    const requestId = String(response.headers['x-request-id']);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      id: `chatcmpl-${requestId}`,
      object: 'chat.completion',
      created: secondsOfRequestId(requestId),
      model: 'sandbox/echo',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, cost: 0.0025 },
    });
    expect(response.headers).toMatchObject({
      'x-sluice-cost-usd': '0.0025',
      'x-sluice-vendor': 'sandbox',
      'x-sluice-model': 'sandbox/echo',
    });
    expect(world.held.size).toBe(0);
  });

  it('gives the workflow ids, sizes and policy, and no content', async () => {
    const { chat, world } = open();
    const response = await chat({ models: ['gpt-x'], messages: [{ role: 'user', content: 'canary' }] });
    expect(world.started).toEqual([
      {
        requestId: response.headers['x-request-id'],
        kind: 'chat',
        lane: 'interactive',
        organizationId: 'org_1',
        projectId: 'proj_1',
        keyId: 'key_1',
        holder: 'instance_1',
        retention: 'interactive',
        keyed: false,
        stream: false,
        onDisconnect: 'cancel',
        models: ['sandbox/echo', 'gpt-x'],
        demand: expect.objectContaining({ choices: 1, images: 0 }),
        deadlines: { firstTokenMs: 5_000, totalMs: 60_000, slowReaderMs: 5_000 },
      },
    ]);
    expect(JSON.stringify(world.started)).not.toContain('canary');
  });

  it('leaves out what an attempt said that failed before', async () => {
    const { chat, world } = open();
    world.workflow = async ({ requestId }) => {
      await world.replies.push(requestId, textFrame(0, 'lost'));
      await world.replies.push(requestId, { ...textFrame(0, 'kept'), attempt: 2 } as ReplyEvent);
      await world.replies.push(requestId, { ...stopFrame(1), attempt: 2 } as ReplyEvent);
      await world.replies.push(requestId, { type: 'answered', summary: { ...SUMMARY, attempt: 2 } });
    };
    expect((await chat()).json().choices[0].message.content).toBe('kept');
  });

  it('is the gateway’s refusal where the plan was refused', async () => {
    const { chat, world } = open();
    const details = { needed_usd: '0.5', available_usd: '0.2', held_usd: '0', max_affordable_output_tokens: 40 };
    world.workflow = ({ requestId }) =>
      world.replies.push(requestId, {
        type: 'refused',
        refusal: { code: 'insufficient_funds', message: 'Needs more.', details },
      });
    const response = await chat();
    expect([response.statusCode, response.json().error]).toMatchObject([
      402,
      { code: 'insufficient_funds', ...details },
    ]);
    expect(world.held.size).toBe(0);
  });

  it('is an error with its cost where it broke off after content', async () => {
    const { chat, world } = open();
    world.workflow = async ({ requestId }) => {
      await world.replies.push(requestId, textFrame(0, 'Hel'));
      await world.replies.push(requestId, {
        type: 'failed',
        failure: { class: 'cut' },
        detail: { message: '' },
        summary: SUMMARY,
      });
    };
    const response = await chat();
    expect([response.statusCode, response.json().error]).toMatchObject([
      502,
      { code: 'stream_cut', cost_usd: '0.0025' },
    ]);
    expect(response.headers['x-sluice-cost-usd']).toBe('0.0025');
  });

  it('passes a vendor’s Retry-After on', async () => {
    const { chat, world } = open();
    world.workflow = ({ requestId }) =>
      world.replies.push(requestId, {
        type: 'failed',
        failure: { class: 'rate_limited', retryAfterMs: 1_500 },
        detail: { message: '' },
      });
    const response = await chat();
    expect([response.statusCode, response.json().error.code]).toEqual([429, 'rate_limit_exceeded']);
    expect(response.headers).toMatchObject({ 'retry-after': '2', 'retry-after-ms': '1500' });
  });
});

describe('a request that did not start in this process', () => {
  it('has its content shared at once, and is counted', async () => {
    const { chat, world } = open();
    world.eager = false;
    const response = await chat();
    expect(world.shared).toEqual([response.headers['x-request-id']]);
    expect(world.metrics).toEqual(['non_eager_start']);
  });

  it('is not what an eager start is', async () => {
    const { chat, world } = open();
    await chat();
    expect([world.shared, world.metrics]).toEqual([[], []]);
  });
});

describe('a stream', () => {
  it('numbers its chunks by attempt and frame, and ends with [DONE]', async () => {
    const { chat, world } = open();
    world.workflow = (input) => answer(world, input, ['Hel', 'lo']);
    const response = await chat({ stream: true, stream_options: { include_usage: true } });
    const id = String(response.headers['x-request-id']);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const events = parseEvents(response.body);
    expect(events.map((event) => event.id)).toEqual([`${id}:1:0`, `${id}:1:1`, `${id}:1:2`, `${id}:1:3`, undefined]);
    expect(events.map(({ data }) => data)).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: 'Hel' } }] },
      { choices: [{ delta: { content: 'lo' } }] },
      { choices: [{ finish_reason: 'stop' }] },
      { choices: [], usage: { total_tokens: 10, cost: 0.0025 } },
      '[DONE]',
    ]);
  });

  it('is a plain error with its status until the first byte', async () => {
    const { chat, world } = open();
    world.workflow = ({ requestId }) =>
      world.replies.push(requestId, { type: 'failed', failure: { class: 'overloaded' }, detail: { message: '' } });
    const response = await chat({ stream: true });
    expect(response.statusCode).toBe(503);
    expect(response.headers['content-type']).toContain('application/json');
    expect(response.json().error.code).toBe('vendor_overloaded');
  });

  it('ends with a typed error, and without [DONE], where it breaks off', async () => {
    const { chat, world } = open();
    world.workflow = async ({ requestId }) => {
      await world.replies.push(requestId, textFrame(0, 'Hel'));
      await world.replies.push(requestId, { type: 'failed', failure: { class: 'cut' }, detail: { message: '' } });
    };
    const response = await chat({ stream: true });
    expect(response.body).not.toContain('[DONE]');
    expect(parseEvents(response.body).at(-1)?.data).toMatchObject({ error: { code: 'stream_cut' } });
  });
});

describe('an Idempotency-Key', () => {
  it('makes the request kept, and finish by default', async () => {
    const { chat, world } = open();
    await chat({}, KEY);
    await chat({ on_disconnect: 'cancel' }, { 'idempotency-key': 'other' });
    expect(world.started).toMatchObject([
      { keyed: true, retention: 'kept', onDisconnect: 'finish' },
      { keyed: true, retention: 'kept', onDisconnect: 'cancel' },
    ]);
    expect(world.shared).toEqual([]);
  });

  it.each([false, true])('gives the same bytes again, under the first request’s id (stream: %s)', async (stream) => {
    const { chat, world } = open();
    const first = await chat({ stream }, KEY);
    const second = await chat({ stream }, KEY);
    expect([second.statusCode, second.body]).toEqual([200, first.body]);
    expect(second.headers['x-request-id']).toBe(first.headers['x-request-id']);
    expect(second.headers['x-sluice-cost-usd']).toBe(first.headers['x-sluice-cost-usd']);
    expect(world.started).toHaveLength(1);
  });

  it('attaches a repeat to the running request', async () => {
    const { chat, world, hold } = open();
    const held = hold();
    const first = chat({}, KEY);
    const input = await held.started;
    world.directory.update(input.requestId, { state: 'reserved' });
    const second = chat({}, KEY);
    await expect.poll(() => world.replies.followers).toBe(1);
    held.go((request) => answer(world, request, ['Once']));
    expect((await second).body).toBe((await first).body);
    expect(world.started).toHaveLength(1);
    expect(world.replies.followers).toBe(0);
  });

  it('refuses the same key with another body', async () => {
    const { chat, world } = open();
    await chat({}, KEY);
    const response = await chat({ n: 2 }, KEY);
    expect([response.statusCode, response.json().error.code]).toEqual([422, 'idempotency_key_reused']);
    expect(world.started).toHaveLength(1);
  });

  it('is one project’s own', async () => {
    const { chat, world } = open();
    await chat({}, KEY);
    await chat({}, { ...KEY, authorization: `Bearer ${OTHER_PROJECT_KEY}` });
    expect(world.started).toHaveLength(2);
  });

  it('tells the cost, and calls nobody, once the answer has expired', async () => {
    const { chat, world } = open();
    const first = await chat({}, KEY);
    const requestId = String(first.headers['x-request-id']);
    world.directory.update(requestId, { answerExpiresAt: new Date(Date.now() - 1).toISOString() });
    const second = await chat({}, KEY);
    expect([second.statusCode, second.json().error]).toMatchObject([
      409,
      { code: 'answer_expired', cost_usd: '0.0025', request_id: requestId },
    ]);
    expect(second.headers['x-request-id']).toBe(requestId);
    expect(world.started).toHaveLength(1);
  });

  it('says the same where the answer expires while it is read', async () => {
    const { chat, world, hold } = open();
    const held = hold();
    const first = chat({}, KEY);
    const input = await held.started;
    world.directory.update(input.requestId, { state: 'reserved' });
    const second = chat({}, KEY);
    await expect.poll(() => world.replies.followers).toBe(1);
    endRecord(world, input);
    world.replies.destroyLog(input.requestId);
    expect((await second).json().error).toMatchObject({ code: 'answer_expired', cost_usd: '0.0025' });
    held.go((request) => answer(world, request, ['x']));
    await first;
  });

  it('starts what was stored and never started', async () => {
    const { chat, world } = open();
    world.failing.start = new Error('away');
    const first = await chat({}, KEY);
    expect([first.statusCode, first.json().error.code]).toEqual([503, 'unavailable']);
    expect([...world.replies.left.values()]).toEqual(['finish']);
    delete world.failing.start;
    const second = await chat({}, KEY);
    expect([second.statusCode, second.json().choices[0].message.content]).toEqual([200, 'Hello']);
    expect(world.started).toHaveLength(1);
    expect(second.headers['x-request-id']).toBe(world.started[0]?.requestId);
    expect(second.headers['x-request-id']).toBe(first.headers['x-request-id']);
  });
});
