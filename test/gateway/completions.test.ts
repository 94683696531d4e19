import { describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { anthropicModel, openaiModel, useWorld } from './world.js';

// The older endpoint for text, at vendors that know chats only.

const world = useWorld();
const path = '/v1/completions';

describe.each([openaiModel, anthropicModel])('a text completion of %s', (model) => {
  it('is the answer to the prompt, with its cost', async () => {
    const answer = await world.post(path, { model, prompt: 'Once upon', max_tokens: 50 });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      {
        id: expect.stringMatching(/^cmpl-/),
        object: 'text_completion',
        choices: [{ text: fakeAnswerText('Once upon'), index: 0, logprobs: null, finish_reason: 'stop' }],
        usage: { total_tokens: expect.any(Number), cost: expect.any(Number) },
      },
    ]);
    await world.ended(answer.requestId);
  });

  it('streams, ends with [DONE], and is told the same once more', async () => {
    const headers = { 'idempotency-key': `text-${model}` };
    const ask = () => world.post(path, { model, prompt: ['Once more'], max_tokens: 50, stream: true }, { headers });
    const first = await ask();
    const events = String(first.body)
      .split('\n\n')
      .filter((event) => event !== '');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => {
      const data = event.split('\n').find((line) => line.startsWith('data: ')) ?? '';
      return JSON.parse(data.slice('data: '.length)) as { object: string; choices: { text: string }[] };
    });
    expect(new Set(chunks.map(({ object }) => object))).toEqual(new Set(['text_completion']));
    const said = chunks.flatMap(({ choices }) => choices.map(({ text }) => text)).join('');
    expect(said).toBe(fakeAnswerText('Once more'));
    await world.ended(first.requestId);
    expect((await ask()).body).toBe(first.body);
  });
});

it('is refused, and nothing is held, where a chat cannot do it', async () => {
  const answer = await world.post(path, { model: openaiModel, prompt: [1, 2, 3] });
  expect([answer.status, answer.body]).toMatchObject([400, { error: { param: 'prompt', code: 'unsupported_value' } }]);
});
