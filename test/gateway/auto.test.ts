import { describe, expect, it } from 'vitest';
import { says, useWorld } from './world.js';

// Models that stand for a choice, from the caller to the vendor that was chosen.

const world = useWorld();

const PROOF =
  'Prove that every bounded sequence of real numbers has a convergent subsequence, justify each step, and give a counterexample for rational numbers.';

interface Chosen {
  readonly models: readonly string[];
  readonly routing?: { readonly models?: readonly string[] };
  readonly auto: {
    readonly name: string;
    readonly estimate: { readonly kind: string; readonly difficulty: number; readonly reasons: readonly unknown[] };
  };
}

/** The request's input as its row has it. */
async function chosenFor(requestId: string): Promise<Chosen> {
  const [row] = await world.rows<{ input: Chosen }>('SELECT input FROM requests.requests WHERE id = $1', [requestId]);
  if (row === undefined) throw new Error('no row of the request');
  return row.input;
}

describe('sluice/auto', () => {
  it('answers by a model that it chose, which the answer names and is charged for', async () => {
    const answer = await world.ask({ model: 'sluice/auto', messages: says('Hello! How are you today?') });
    expect(answer.status).toBe(200);
    const [call] = await world.vendor.waitForEnded(1);
    const served = answer.headers.get('x-sluice-model') ?? '';
    expect(served).toBe(`${call?.vendor ?? ''}/${call?.model ?? ''}`);
    expect(answer.body.model).toContain(call?.model);
    const row = await world.ended(answer.requestId);
    expect(row.state).toBe('settled');
    expect(row.charged).toBeGreaterThan(0n);
    expect(Number(answer.body.usage.cost)).toBe(Number(row.charged) / 1e9);
    const { models, auto } = await chosenFor(answer.requestId);
    expect(models).toHaveLength(3);
    expect(auto).toMatchObject({ name: 'sluice/auto', estimate: { kind: 'chat' } });
    expect(auto.estimate.difficulty).toBeLessThan(0.5);
  });

  it('asks a better and dearer model for a proof, and says of it no word in what is kept', async () => {
    const easy = await world.ask({ model: 'sluice/auto', messages: says('What is 3 + 4?') });
    const hard = await world.ask({ model: 'sluice/auto', messages: says(PROOF) });
    const [simple, proof] = [await chosenFor(easy.requestId), await chosenFor(hard.requestId)];
    expect(simple.auto.estimate.difficulty).toBeLessThan(proof.auto.estimate.difficulty);
    expect(proof.auto.estimate.kind).toBe('maths');
    expect(simple.models[0]).not.toBe(proof.models[0]);
    expect(JSON.stringify(proof)).not.toMatch(/Prove|bounded seq|subsequence|rational/);
  });

  it('falls back to another model where the first one fails', async () => {
    const failing = says('Hello there', [{ behaviour: 'overloaded' }, { behaviour: 'answer' }]);
    const answer = await world.ask({ model: 'sluice/auto', messages: failing });
    expect(answer.status).toBe(200);
  });

  it.each(['sluice/auto-cheap', 'sluice/auto-best', 'SLUICE/AUTO'])('%s answers as well, streamed', async (model) => {
    const stream = await world.stream({ model, messages: says('Hello'), max_completion_tokens: 50 });
    expect(stream.status).toBe(200);
    const events = await stream.rest();
    expect(events.at(-1)?.data).toBe('[DONE]');
  });

  it('answers callers of the other dialects', async () => {
    const message = await world.post('/v1/messages', { model: 'sluice/auto', max_tokens: 50, messages: says('Hello') });
    expect(message.status).toBe(200);
    const response = await world.post('/v1/responses', { model: 'sluice/auto', input: 'Hello' });
    expect(response.status).toBe(200);
  });

  it('takes a session by the body or by a header, and sends neither on', async () => {
    const body = { model: 'sluice/auto', messages: says('Hello'), session_id: 'of-a-caller' };
    const [first] = [await world.ask(body)];
    const second = await world.ask({ ...body, session_id: undefined }, { headers: { 'x-session-id': 'of-a-caller' } });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get('x-sluice-model')).toBe(first.headers.get('x-sluice-model'));
    for (const call of await world.vendor.waitForEnded(2))
      expect(JSON.stringify(call.body)).not.toContain('of-a-caller');
    expect(JSON.stringify(await chosenFor(first.requestId))).not.toContain('of-a-caller');
  });

  it.each<[string, object, Record<string, string>, string]>([
    ['an empty session', { session_id: '' }, {}, 'session_id'],
    ['a session that is no text', { session_id: 7 }, {}, 'session_id'],
    ['a session’s header that is too long', {}, { 'x-sluice-session': 's'.repeat(257) }, 'x-sluice-session'],
  ])('refuses %s', async (_name, fields, headers, param) => {
    const answer = await world.ask({ model: 'sluice/auto', messages: says('Hello'), ...fields }, { headers });
    expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
  });
});

describe('a routing policy', () => {
  const post = (path: string, body: object) => world.post(path, body, { apiKey: world.gateway.adminKey });
  const POLICIES = '/v1/organization/routing_policies';

  it('may name an auto model, which is chosen for each request when it is accepted', async () => {
    const definition = { models: { clever: ['sluice/auto'] } };
    const { status, body: policy } = await post(POLICIES, { name: 'by need', definition });
    expect(status, JSON.stringify(policy)).toBe(200);
    await post(`${POLICIES}/${String(policy.id)}/activate`, { version: 1 });
    const isThere = async () => (await world.ask({ model: 'clever', messages: says('Hello') })).status;
    await expect.poll(isThere, { timeout: 5_000 }).toBe(200);
    const routed = async (text: string) => {
      const answer = await world.ask({ model: 'clever', messages: says(text) });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      const { auto, routing } = await chosenFor(answer.requestId);
      return { kind: auto.estimate.kind, models: routing?.models, served: answer.headers.get('x-sluice-model') };
    };
    const [easy, hard] = [await routed('What is 3 + 4?'), await routed(PROOF)];
    expect(easy.models).toHaveLength(3);
    expect(hard).toMatchObject({ kind: 'maths' });
    expect(hard.models).not.toContain('sluice/auto');
    expect(hard.served).not.toBe(easy.served);
    const dry = await post(`${POLICIES}/dry_run`, {
      request: { models: ['clever'], messages: [{ role: 'user', content: PROOF }] },
    });
    expect(dry.body.models).toEqual(hard.models);
    await world.delete(`${POLICIES}/${String(policy.id)}`, { apiKey: world.gateway.adminKey });
  });

  it('is tried with what would be said, and shows what an auto model goes by', async () => {
    const countRequests = async () => (await world.rows('SELECT id FROM requests.requests')).length;
    const before = await countRequests();
    const tried = async (content: string, fields: object = {}) =>
      (
        await post(`${POLICIES}/dry_run`, {
          request: { models: ['sluice/auto'], messages: [{ role: 'user', content }], ...fields },
        })
      ).body;
    const [easy, hard] = [await tried('What is 3 + 4?'), await tried(PROOF)];
    expect(hard).toMatchObject({ status: 'planned', estimate: { kind: 'maths', reasons: expect.any(Array) } });
    expect(hard.estimate.reasons[0]).toEqual({
      of: expect.any(String),
      feature: expect.any(String),
      weight: expect.any(Number),
    });
    expect(easy.estimate.difficulty).toBeLessThan(hard.estimate.difficulty);
    expect(easy.models[0]).not.toBe(hard.models[0]);
    expect(JSON.stringify(hard)).not.toContain('subsequence');
    expect((await tried('Which is it?', { images: 1 })).estimate.kind).toBe('vision');
    const unsaid = await post(`${POLICIES}/dry_run`, { request: { models: ['sluice/auto'] } });
    expect(unsaid.body).toMatchObject({ status: 'planned', estimate: null });
    const named = await tried(PROOF, { models: ['openai/gpt-4o-mini'] });
    expect(named).toMatchObject({ models: ['openai/gpt-4o-mini'], estimate: null });
    const wrong = await tried('x', { messages: [{ role: 'user', content: 7 }] });
    expect(wrong.error.param).toBe('request.messages[0].content');
    expect(await countRequests()).toBe(before);
  });
});

it('lists the auto models last, with what is known before a choice', async () => {
  const { body } = await world.get('/v1/models');
  const ids = body.data.map(({ id }: { id: string }) => id);
  expect(ids.slice(-3)).toEqual(['sluice/auto', 'sluice/auto-cheap', 'sluice/auto-best']);
  expect(body.data.at(-3)).toMatchObject({
    owned_by: 'sluice',
    object: 'model',
    pricing: { prompt: '-1', completion: '-1' },
  });
  const one = await world.get('/v1/models/sluice/auto');
  expect(one).toMatchObject({ status: 200, body: { id: 'sluice/auto' } });
});
