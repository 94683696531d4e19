import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { buildApp } from '../../../app.js';
import { parseEvents } from '../../../testing/chat-body.js';
import { createFakeWorld, INFERENCE_KEY } from '../../../testing/fake-dependencies.js';
import { createTextRenderer } from './text-renderer.js';
import { parseCompletionRequest } from './to-chat-body.js';

const RENDERING = { requestId: 'req_x', model: 'asked', includeUsage: true, legacyFunctions: false };
const SUMMARY = {
  ...{ attempt: 1, offerId: 'v/m', vendor: 'v', chargeNanoUsd: '0' },
  usage: { units: { input: 7, output: 3 }, source: 'reported' },
} as const;
const token = (word: string): JsonObject => ({
  ...{ token: word, logprob: -0.5, bytes: null },
  top_logprobs: [{ token: word, logprob: -0.5, bytes: null }],
});
const EVENTS: readonly AnswerEvent[] = [
  { type: 'start', createdAtSeconds: 5 },
  { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
  { type: 'text-delta', choice: 0, block: 1, text: 'Hel' },
  { type: 'logprobs', choice: 0, block: 1, tokens: [token('Hel')] },
  { type: 'text-delta', choice: 0, block: 1, text: 'lo' },
  { type: 'logprobs', choice: 0, block: 1, tokens: [token('lo')] },
  { type: 'finish', choice: 0, reason: { unified: 'length', raw: 'max_tokens' } },
];

function ask(fields: object) {
  const app = buildApp(createFakeWorld().deps);
  return app.inject({
    method: 'POST',
    url: '/v1/completions',
    headers: { authorization: `Bearer ${INFERENCE_KEY}`, 'content-type': 'application/json' },
    payload: { model: 'sandbox/echo', prompt: 'Hi', ...fields },
  });
}

describe('the request', () => {
  const read = (fields: object) => parseCompletionRequest({ model: 'm', prompt: 'Once', ...fields });

  it('is a chat with the prompt as its message', () => {
    const parsed = read({ prompt: ['Once'], n: 2, best_of: 2, echo: false, suffix: '', logprobs: 3, brand_new: 1 });
    expect(parsed).toMatchObject({ ok: true });
    expect(parsed.ok && parsed.request.body).toEqual({
      ...{ model: 'm', n: 2, max_tokens: 16, logprobs: true, top_logprobs: 3, brand_new: 1 },
      messages: [{ role: 'user', content: 'Once' }],
    });
  });

  it.each<readonly [object, string]>([
    [{ prompt: undefined }, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1, 2]] }, 'prompt'],
    [{ suffix: 'end' }, 'suffix'],
    [{ echo: true }, 'echo'],
    [{ best_of: 3, n: 2 }, 'best_of'],
    [{ logprobs: 6 }, 'logprobs'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ messages: [] }, 'messages'],
    [{ tools: [] }, 'tools'],
    [{ model: undefined }, 'model'],
  ])('is refused where a chat cannot do it: %j', (fields, param) => {
    expect(read(fields)).toMatchObject({ ok: false, error: { param } });
  });
});

describe('the answer', () => {
  it('is text, with its log probabilities and its own id', () => {
    expect(createTextRenderer(RENDERING).plain([{ events: EVENTS }], SUMMARY)).toEqual({
      ...{ id: 'cmpl-req_x', object: 'text_completion', created: 5, model: 'asked' },
      choices: [
        {
          ...{ text: 'Hello', index: 0, finish_reason: 'length', native_finish_reason: 'max_tokens' },
          logprobs: {
            ...{ tokens: ['Hel', 'lo'], token_logprobs: [-0.5, -0.5], text_offset: [0, 3] },
            top_logprobs: [{ Hel: -0.5 }, { lo: -0.5 }],
          },
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, cost: 0 },
    });
  });

  it('streams as text, and leaves out what says none', () => {
    const step = createTextRenderer(RENDERING).stream();
    const frames = EVENTS.map((event): Frame => ({ events: [event] }));
    const chunks = frames.flatMap((frame, sequence) => step({ type: 'frame', attempt: 1, sequence, frame }).chunks);
    const last = step({ type: 'answered', summary: SUMMARY });
    expect(last).toMatchObject({
      end: 'done',
      chunks: [{ object: 'text_completion', choices: [], usage: { cost: 0 } }],
    });
    expect(chunks.flatMap((chunk) => chunk['choices'] as readonly JsonObject[])).toMatchObject([
      { text: 'Hel', logprobs: null, finish_reason: null },
      { text: '', logprobs: { tokens: ['Hel'], text_offset: [0] } },
      { text: 'lo' },
      { text: '', logprobs: { tokens: ['lo'], text_offset: [3] } },
      { text: '', finish_reason: 'length' },
    ]);
  });

  it('of a failed stream is the error', () => {
    const step = createTextRenderer(RENDERING).stream();
    const { chunks, end } = step({ type: 'failed', failure: { class: 'cut' }, detail: { message: '' } });
    expect([chunks, end]).toMatchObject([[{ error: { code: 'stream_cut' } }], 'failed']);
  });
});

describe('POST /v1/completions', () => {
  it('answers plain and as a stream', async () => {
    const plain = await ask({});
    expect([plain.statusCode, plain.json()]).toMatchObject([
      200,
      { object: 'text_completion', choices: [{ text: 'Hello', finish_reason: 'stop' }], usage: { cost: 0.0025 } },
    ]);
    const events = parseEvents((await ask({ stream: true })).body);
    expect(events.at(-1)?.data).toBe('[DONE]');
    expect(events[0]?.data).toMatchObject({ object: 'text_completion', choices: [{ text: 'Hello' }] });
  });

  it('refuses in OpenAI’s shape', async () => {
    const response = await ask({ echo: true });
    expect([response.statusCode, response.json()]).toMatchObject([400, { error: { param: 'echo' } }]);
  });

  it('is rendered the same when it is fetched again', async () => {
    const app = buildApp(createFakeWorld().deps);
    const headers = { authorization: `Bearer ${INFERENCE_KEY}`, 'content-type': 'application/json' };
    const first = await app.inject({
      ...{ method: 'POST', url: '/v1/completions', headers: { ...headers, 'idempotency-key': 'once' } },
      payload: { model: 'sandbox/echo', prompt: 'Hi' },
    });
    const id = String(first.headers['x-request-id']);
    const again = await app.inject({ method: 'GET', url: `/v1/requests/${id}/answer`, headers });
    expect([again.statusCode, again.json()]).toEqual([200, first.json()]);
  });
});
