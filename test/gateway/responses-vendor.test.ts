import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { chunksOf, nanoOf, says, textOf, useWorld } from './world.js';

// A chat caller and a model that its vendor serves by the Responses API only.

const world = useWorld();

/** 21 and 168 USD a million tokens. */
const model = 'openai/gpt-5.2-pro';

const body = (behaviour?: Behaviour, text = 'Hello') => ({
  model,
  messages: says(text, behaviour),
  max_completion_tokens: 100,
});

const tools = [
  {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
];

describe('a chat completion of a model of the Responses API', () => {
  it('is answered and charged as any other', async () => {
    const answer = await world.ask({ ...body(), stop: 'END' });
    expect(answer.status).toBe(200);
    expect(answer.body.choices[0]).toMatchObject({
      message: { role: 'assistant', content: fakeAnswerText('Hello') },
      finish_reason: 'stop',
    });
    const { prompt_tokens: input, completion_tokens: output, cost } = answer.body.usage;
    expect(nanoOf(cost)).toBe(BigInt(input) * 21_000n + BigInt(output) * 168_000n);
    expect(await world.ended(answer.requestId)).toMatchObject({ charged: nanoOf(cost) });
    expect(JSON.stringify(answer.body)).toMatch(/"feature":"stop"/);
    const [asked] = await world.vendor.waitForEnded(1);
    expect(asked).toMatchObject({
      api: 'responses',
      body: { model: 'gpt-5.2-pro', store: false, max_output_tokens: 100, include: ['reasoning.encrypted_content'] },
    });
    expect(asked?.idempotencyKey).toContain(answer.requestId);
  });

  it('streams', async () => {
    const stream = await world.stream({ ...body(), stream_options: { include_usage: true } });
    const events = await stream.rest();
    expect(textOf(events)).toBe(fakeAnswerText('Hello'));
    expect(events.at(-1)?.data).toBe('[DONE]');
    const chunks = chunksOf(events);
    const finishes = chunks.flatMap(({ choices }) => (choices?.[0]?.finish_reason ? [choices[0].finish_reason] : []));
    expect(finishes).toEqual(['stop']);
    expect(chunks.findLast(({ usage }) => usage)?.usage.completion_tokens).toBe(8);
  });

  it.each([false, true])('calls tools and takes their results (stream: %s)', async (stream) => {
    const asked = { ...body({ behaviour: 'answer', toolCalls: 1 }, 'Look'), tools };
    const calls = stream
      ? chunksOf(await (await world.stream(asked)).rest()).flatMap(
          ({ choices }) => choices?.[0]?.delta?.tool_calls ?? [],
        )
      : (await world.ask(asked)).body.choices[0].message.tool_calls;
    expect(calls[0]).toMatchObject({ type: 'function', function: { name: 'weather' } });
    const { id } = calls[0];
    const call = { id, type: 'function', function: { name: 'weather', arguments: '{}' } };
    const after = [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: 'sunny' },
    ];
    const answer = await world.ask({ ...asked, messages: [...asked.messages, ...after] });
    expect(answer.body.choices[0].message.content).toBe('The tools said: sunny');
  });

  it('ends with an error where the vendor breaks off before its last event', async () => {
    const stream = await world.stream(body({ behaviour: 'cut', afterEvents: -1 }));
    const events = await stream.rest();
    expect(JSON.parse(events.at(-1)!.data).error).toMatchObject({ code: 'stream_cut' });
    expect(await world.ended(stream.requestId)).toMatchObject({ failure_class: 'cut' });
  });

  it.each([
    ['overloaded', { behaviour: 'overloaded' }],
    ['vendor_error', { behaviour: 'error-event', afterEvents: 2 }],
    ['vendor_error', { behaviour: 'error-event', afterEvents: 2, form: 'in-chunk' }],
  ] as const)('falls back to the next model: %s', async (_class, behaviour) => {
    const failing = { ...behaviour, vendor: 'openai' } as const;
    const stream = await world.stream({ ...body(failing), models: ['anthropic/claude-haiku-4-5'] });
    const events = await stream.rest();
    expect(textOf(events)).toBe(fakeAnswerText('Hello'));
    expect(chunksOf(events)[0]?.model).toContain('claude');
  });

  it('is refused, before anything is sent, what the API cannot do', async () => {
    const several = await world.ask({ ...body(), n: 2 });
    expect(several.status).toBe(400);
    expect(several.body.error).toMatchObject({ param: 'n' });
    const short = await world.ask({ ...body(), max_completion_tokens: 5 });
    expect(short.status).toBe(400);
    expect(short.body.error.message).toMatch(/below 16/);
    expect(await world.vendor.log()).toEqual([]);
  });
});
