import { describe, expect, it } from 'vitest';
import { says, useWorld } from './world.js';

// Models that stand for a choice, from the caller to the vendor that was chosen.

const world = useWorld();

const PROOF =
  'Prove that every bounded sequence of real numbers has a convergent subsequence, justify each step, and give a counterexample for rational numbers.';

interface Chosen {
  readonly models: readonly string[];
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
