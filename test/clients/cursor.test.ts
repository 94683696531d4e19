import { describe, expect, it } from 'vitest';
import { anthropicModel, openaiModel, useWorld } from '../gateway/world.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { fakeMarker } from '../fake-vendor/instructions.js';

// Cursor cannot be run here: these are the shapes of its requests as they are documented. Ask and Plan send chat
// completions; the agent sends what the Responses API takes to the same address, and reads chat completions.

const world = useWorld();

const tool = {
  type: 'function',
  name: 'read_file',
  description: 'Reads a file.',
  parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  strict: false,
};
const agentBody = (model: string, text: string) => ({
  model,
  input: [
    { role: 'system', content: 'You are an agent in an editor.' },
    { role: 'user', content: [{ type: 'input_text', text }] },
  ],
  tools: [tool],
  tool_choice: 'auto',
  store: false,
  include: ['reasoning.encrypted_content'],
  reasoning: { effort: 'medium', summary: 'auto' },
  stream_options: { include_usage: true },
  user: 'user-1',
});

interface Chunk {
  readonly object: string;
  readonly choices: readonly {
    readonly delta: {
      readonly content?: string;
      readonly tool_calls?: readonly { readonly id?: string; readonly function: { readonly arguments: string } }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly completion_tokens: number } | null;
}

const chunksOf = async (body: object): Promise<{ readonly chunks: readonly Chunk[]; readonly last: string }> => {
  const stream = await world.stream(body);
  const events = await stream.rest();
  const data = events.map((event) => event.data);
  return { chunks: data.slice(0, -1).map((text) => JSON.parse(text) as Chunk), last: data.at(-1) ?? '' };
};

describe.each([openaiModel, anthropicModel])('Cursor with %s', (model) => {
  it('asks as a chat', async () => {
    const messages = [
      { role: 'system', content: 'You are in an editor.' },
      { role: 'user', content: 'Hello' },
    ];
    const { chunks, last } = await chunksOf({ model, messages, temperature: 0, user: 'user-1' });
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect([text, last]).toEqual([fakeAnswerText('Hello'), '[DONE]']);
  });

  it('asks as an agent, and reads chat completion chunks', async () => {
    const { chunks, last } = await chunksOf(agentBody(model, 'Hello'));
    expect(new Set(chunks.map(({ object }) => object))).toEqual(new Set(['chat.completion.chunk']));
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect([text, last]).toEqual([fakeAnswerText('Hello'), '[DONE]']);
    expect(chunks.at(-1)?.usage).toMatchObject({ completion_tokens: 8 });
  });

  it('has its tool called, and sends what came of it', async () => {
    const marked = `Look ${fakeMarker({ behaviour: 'answer', toolCalls: 1 })}`;
    const { chunks } = await chunksOf(agentBody(model, marked));
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    const id = calls.find((call) => call.id !== undefined)?.id ?? '';
    const written = calls.map((call) => call.function.arguments).join('');
    expect(JSON.parse(written)).toMatchObject({ path: expect.any(String) as string });
    const { input, ...rest } = agentBody(model, marked);
    const more = [
      { type: 'function_call', call_id: id, name: 'read_file', arguments: written },
      { type: 'function_call_output', call_id: id, output: 'it is fine' },
    ];
    const { chunks: answer } = await chunksOf({ ...rest, input: [...input, ...more] });
    const text = answer.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe('The tools said: it is fine');
  });

  it('gets a plain chat completion too', async () => {
    const { status, body } = await world.ask(agentBody(model, 'Hello'));
    expect([status, body.object, body.choices[0].message.content]).toEqual([
      200,
      'chat.completion',
      fakeAnswerText('Hello'),
    ]);
  });
});

it('is told in the words of its own request what is wrong with it', async () => {
  const { status, body } = await world.ask({ model: openaiModel, input: [{ role: 'nobody', content: 'x' }] });
  expect([status, body.error.param]).toEqual([400, expect.stringMatching(/^input\[0\]/) as string]);
});
