import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { anthropicModel, type Answer, openaiModel, useWorld } from '../gateway/world.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';

// OpenAI's background responses, by its own client: submitted at one gateway, picked up at the other.

const world = useWorld({ beside: true });
const held: Behaviour = { behaviour: 'hold', afterEvents: 5 };

const here = (): OpenAI => new OpenAI({ baseURL: world.gateway.baseUrl, apiKey: world.gateway.apiKey, maxRetries: 0 });
const there = (): OpenAI => new OpenAI({ baseURL: world.other.baseUrl, apiKey: world.gateway.apiKey, maxRetries: 0 });
const asked = (model: string, behaviour?: Behaviour) => ({
  ...{ model, background: true, max_output_tokens: 50 },
  input: behaviour === undefined ? 'Hello' : `Hello ${fakeMarker(behaviour)}`,
});
const requestOf = (id: string): string => id.replace(/^resp_/, 'req_');

/** As OpenAI's guide does it, with what it looks at in order. */
async function poll(
  id: string,
): Promise<{ readonly seen: readonly string[]; readonly last: OpenAI.Responses.Response }> {
  const seen: string[] = [];
  for (;;) {
    const response = await there().responses.retrieve(id);
    if (seen.at(-1) !== response.status) seen.push(response.status ?? '');
    if (response.status !== 'queued' && response.status !== 'in_progress') return { seen, last: response };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a background response', () => {
  it.each([openaiModel, anthropicModel, 'sandbox/echo'])('of %s is polled for', async (model) => {
    const first = await here().responses.create(asked(model));
    expect(first).toMatchObject({ object: 'response', background: true, store: true, output: [] });
    expect(['queued', 'in_progress']).toContain(first.status);
    const { last } = await poll(first.id);
    expect(last).toMatchObject({ id: first.id, status: 'completed', background: true, store: true });
    expect(last.output_text).not.toBe('');
    expect(last).not.toHaveProperty('warnings');
    // It is a job as any other.
    const { body } = await world.get(`/v1/jobs/${requestOf(first.id)}`);
    expect(body).toMatchObject({ status: 'succeeded' });
    expect((await world.get(body.urls.result)).body).toEqual((await world.get(`/v1/responses/${first.id}`)).body);
  });

  it('tells how it stands', async () => {
    const first = await here().responses.create(asked(openaiModel, { behaviour: 'hold', afterBytes: 'headers' }));
    await world.vendor.waitForHeld(1);
    expect((await there().responses.retrieve(first.id)).status).toBe('in_progress');
    await world.vendor.release('all');
    expect((await poll(first.id)).last.status).toBe('completed');
  });

  it('is streamed, left, and gone on with from where it was left', async () => {
    const stream = await here().responses.create({ ...asked(openaiModel, held), stream: true });
    let id = '';
    let cursor = -1;
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      cursor = event.sequence_number;
      if (event.type === 'response.output_text.delta') break;
    }
    stream.controller.abort();
    await world.vendor.release('all');
    const numbers: number[] = [];
    let end: OpenAI.Responses.ResponseStreamEvent | undefined;
    for await (const event of await there().responses.retrieve(id, { stream: true, starting_after: cursor })) {
      numbers.push(event.sequence_number);
      end = event;
    }
    expect(numbers).toEqual(numbers.map((_, index) => cursor + 1 + index));
    expect(end).toMatchObject({ type: 'response.completed', response: { id, background: true } });
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('is cancelled, twice with the same end', async () => {
    const first = await here().responses.create({
      ...asked(openaiModel, { behaviour: 'stall', afterBytes: 'headers' }),
    });
    await world.vendor.waitForHeld(0);
    const cancelled = await there().responses.cancel(first.id);
    expect(cancelled).toMatchObject({ id: first.id, status: 'cancelled', error: null, background: true });
    expect(await here().responses.cancel(first.id)).toEqual(cancelled);
    expect((await poll(first.id)).last.status).toBe('cancelled');
  });

  it('fails where the vendor does', async () => {
    const first = await here().responses.create(asked(openaiModel, { behaviour: 'bad-request' }));
    const { last } = await poll(first.id);
    expect(last).toMatchObject({ status: 'failed', error: { code: expect.any(String) as string } });
  });

  it('is incomplete where its cap was reached', async () => {
    const first = await here().responses.create({
      ...asked(openaiModel, { behaviour: 'answer', chunks: 60 }),
      max_output_tokens: 16,
    });
    const { last } = await poll(first.id);
    expect(last).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('is the same for the same key', async () => {
    const options = { headers: { 'idempotency-key': 'one background response' } };
    const first = await here().responses.create(asked(openaiModel), options);
    const { last } = await poll(first.id);
    expect(await there().responses.create(asked(openaiModel), options)).toEqual(last);
    expect(await world.vendor.log()).toHaveLength(1);
  });
});

describe('what cannot be', () => {
  const codeOf = ({ status, body }: Answer) => [status, body.error.code, body.error.param];

  it('is refused: not stored, or in the place of a chat completion', async () => {
    const body = asked(openaiModel);
    expect(codeOf(await world.post('/v1/responses', { ...body, store: false }))).toEqual([
      400,
      'unsupported_parameter',
      'background',
    ]);
    expect(codeOf(await world.post('/v1/chat/completions', body))).toEqual([
      400,
      'unsupported_parameter',
      'background',
    ]);
    const { apiKey } = await world.createProject({ answer_hold_ms: 0 });
    expect(codeOf(await world.post('/v1/responses', body, { apiKey })).slice(0, 2)).toEqual([403, 'job_not_kept']);
    expect(await world.vendor.log()).toEqual([]);
  });
});
