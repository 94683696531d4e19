import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import { ProviderFailure } from '../port.js';
import { createSandbox } from './create-sandbox.js';
import { SANDBOX_MODELS } from './sandbox-models.js';
import { attemptOf, functionTool, user } from './test-attempt.js';
import type { AttemptFields } from './test-attempt.js';

interface Read {
  readonly frames: readonly Frame[];
  readonly events: readonly AnswerEvent[];
  readonly text: string;
  readonly failure?: ProviderFailure;
}

async function read(fields: AttemptFields, sandbox = createSandbox()): Promise<Read> {
  const frames: Frame[] = [];
  const result = () => {
    const events = frames.flatMap((frame) => frame.events);
    const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    return { frames, events, text };
  };
  try {
    for await (const frame of sandbox.chat(attemptOf(fields))) frames.push(frame);
    return result();
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { ...result(), failure: error };
  }
}

const finishes = (events: readonly AnswerEvent[]) =>
  events.flatMap((event) => (event.type === 'finish' ? [event.reason.unified] : []));

const usageOf = (events: readonly AnswerEvent[]) => events.find((event) => event.type === 'usage')?.usage.units;

/** What both forms of an answer have in common: pieces of the same block are joined. */
function joined(events: readonly AnswerEvent[]): readonly unknown[] {
  return events.reduce<AnswerEvent[]>((before, event) => {
    const last = before.at(-1);
    if (event.type === 'text-delta' && last?.type === 'text-delta' && last.choice === event.choice)
      return [...before.slice(0, -1), { ...last, text: last.text + event.text }];
    return [...before, event];
  }, []);
}

describe('echo', () => {
  it('answers the last text of the user, in one frame or word by word', async () => {
    const plain = await read({ text: 'Hello  there, Zürich.\n' });
    expect(plain.frames).toHaveLength(1);
    expect(plain.text).toBe('Hello  there, Zürich.\n');
    expect(plain.events[0]).toEqual({ type: 'start', vendorId: 'sandbox-request-1:1', vendorModel: 'echo' });
    const streamed = await read({ text: 'Hello  there, Zürich.\n', call: { stream: true } });
    expect(streamed.frames.map(({ events }) => events.map(({ type }) => type).join())).toEqual([
      'start',
      'text-delta',
      'text-delta',
      'text-delta',
      'text-delta',
      'finish',
      'usage',
    ]);
    expect(joined(streamed.events)).toEqual(joined(plain.events));
    expect(plain.frames[0]).not.toHaveProperty('wire');
  });

  it('says so where the user sent no text', async () => {
    expect((await read({ call: { messages: [{ role: 'system', content: [] }] } })).text).toBe('You sent no text.');
  });

  it('counts usage at 4 bytes a token', async () => {
    const { events } = await read({ text: '12345678ü' });
    expect(usageOf(events)).toEqual({ input: 3, output: 3 });
  });

  it.each([
    [1000, 'stop', 'one two three'],
    [2, 'length', 'one two '],
    [1, 'length', 'one '],
  ])('under a cap of %i tokens finishes by %s', async (maxOutputTokens, reason, text) => {
    for (const stream of [true, false]) {
      const answer = await read({ text: 'one two three', call: { stream }, others: { maxOutputTokens } });
      expect([answer.text, finishes(answer.events)]).toEqual([text, [reason]]);
      expect(usageOf(answer.events)?.output).toBeLessThanOrEqual(maxOutputTokens);
    }
  });

  it('cuts no character in two', async () => {
    const { text } = await read({ text: 'abc水門', others: { maxOutputTokens: 1 } });
    expect(text).toBe('abc');
  });

  it('ends before the first stop sequence', async () => {
    const { text, events } = await read({ text: 'one two three', call: { stop: ['three', ' two', ''] } });
    expect([text, finishes(events)]).toEqual(['one', ['stop']]);
  });

  it('answers n times, and counts all of them', async () => {
    const { events } = await read({ text: '12345678', call: { choices: 3, stream: true } });
    expect(events.flatMap((event) => (event.type === 'finish' ? [event.choice] : []))).toEqual([0, 1, 2]);
    expect(usageOf(events)).toEqual({ input: 2, output: 6 });
  });

  it('quotes the results of tool calls', async () => {
    const messages = [
      user('Use a tool.'),
      { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'f', arguments: '{}' }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: [{ type: 'text', text: '21 °C' }] }] },
    ] as const;
    const { text, events } = await read({ call: { messages, tools: [functionTool('f')] } });
    expect([text, finishes(events)]).toEqual(['The tool answered: 21 °C', ['stop']]);
  });

  it('answers in JSON where that is asked for', async () => {
    const object = await read({ text: 'hi', call: { format: { type: 'json-object' } } });
    expect(JSON.parse(object.text)).toEqual({ echo: 'hi' });
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const structured = await read({ call: { format: { type: 'json-schema', name: 'x', schema } } });
    expect(JSON.parse(structured.text)).toEqual({ city: 'example' });
  });

  it('tells what it does not heed, and nothing of what asks for nothing', async () => {
    const body = { temperature: 0.5, seed: null, n: 1, logprobs: false, logit_bias: { '1': 1 } };
    const { events } = await read({ call: { source: { dialect: 'openai-chat', body } } });
    expect(events.flatMap((event) => (event.type === 'warning' ? [event.warning.feature] : []))).toEqual([
      'temperature',
      'logit_bias',
    ]);
  });
});

describe('a tool', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tools = [functionTool('weather', schema), functionTool('time')];
  const called = (events: readonly AnswerEvent[]) =>
    events.flatMap((event) => (event.type === 'tool-call-start' ? [event.name] : []));

  it.each([
    ['the word', 'Use a tool, please.', {}, 'weather'],
    ['a demand', 'hi', { toolChoice: { type: 'required' } }, 'weather'],
    ['its name', 'hi', { toolChoice: { type: 'tool', name: 'time' } }, 'time'],
  ] as const)('is called for %s', async (_name, text, call, tool) => {
    const { events, text: said } = await read({ text, call: { ...call, tools, stream: true } });
    expect([called(events), finishes(events), said]).toEqual([[tool], ['tool-calls'], '']);
    const written = events.map((event) => (event.type === 'tool-call-delta' ? event.arguments : '')).join('');
    expect(JSON.parse(written)).toEqual(tool === 'weather' ? { city: 'example' } : {});
    expect(usageOf(events)?.output).toBe(Math.ceil(written.length / 4));
  });

  it.each([
    ['the choice is none', 'Use a tool.', { toolChoice: { type: 'none' } }],
    ['nobody speaks of it', 'hi', {}],
    ['the word is within another', 'stools', {}],
  ] as const)('is not called where %s', async (_name, text, call) => {
    const { events } = await read({ text, call: { ...call, tools } });
    expect(called(events)).toEqual([]);
  });

  it('is one of those allowed', async () => {
    const toolChoice = { type: 'allowed', mode: 'required', names: ['time'] } as const;
    expect(called((await read({ call: { tools, toolChoice } })).events)).toEqual(['time']);
  });

  it('of free text is given text', async () => {
    const custom = { type: 'custom', name: 'shell' } as const;
    const { events } = await read({ call: { tools: [custom], toolChoice: { type: 'required' } } });
    expect(events.find(({ type }) => type === 'tool-call-start')).toMatchObject({ name: 'shell', custom: true });
  });

  it('has ids of its own in each answer and attempt', async () => {
    const call = { tools, choices: 2, toolChoice: { type: 'required' } } as const;
    const first = await read({ call });
    const second = await read({ call, others: { attemptKey: 'request-1:2' } });
    const ids = [...first.events, ...second.events].flatMap((event) =>
      event.type === 'tool-call-start' ? [event.id] : [],
    );
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
  });
});

describe('lorem and metered', () => {
  it.each(['lorem', 'metered'])('%s has 200 tokens unless capped', async (model) => {
    const whole = await read({ model });
    expect([usageOf(whole.events)?.output, finishes(whole.events)]).toEqual([200, ['stop']]);
    const capped = await read({ model, others: { maxOutputTokens: 7 } });
    expect([usageOf(capped.events)?.output, finishes(capped.events)]).toEqual([7, ['length']]);
  });
});

describe.each([true, false])('models that misbehave, streamed: %s', (stream) => {
  it.each([
    ['rate-limited', { class: 'rate_limited', httpStatus: 429, retryAfterMs: 1000 }],
    ['overloaded', { class: 'overloaded', httpStatus: 529 }],
    ['server-error', { class: 'vendor_error', httpStatus: 500 }],
    ['garbage', { class: 'bad_response' }],
    ['flaky', { class: 'overloaded' }],
    ['no-such-model', { class: 'model_not_found', httpStatus: 404 }],
  ])('%s fails before it answers', async (model, expected) => {
    const { frames, failure } = await read({ model, call: { stream } });
    expect(frames).toEqual([]);
    expect(failure?.failure).toMatchObject(expected);
  });

  it('flaky answers from the second attempt on', async () => {
    for (const attemptKey of ['request-1:2', 'request-1:11']) {
      const { text } = await read({ model: 'flaky', text: 'hi', call: { stream }, others: { attemptKey } });
      expect(text).toBe('hi');
    }
  });

  it.each([1000, 1])('cut-stream breaks off within its answer of at most %i tokens', async (maxOutputTokens) => {
    const { events, text, failure } = await read({
      model: 'cut-stream',
      call: { stream },
      others: { maxOutputTokens },
    });
    expect(failure?.failure.class).toBe('cut');
    expect(finishes(events)).toEqual([]);
    expect(text !== '').toBe(stream);
  });

  it('stall is silent until it is stopped', async () => {
    const controller = new AbortController();
    const frames = createSandbox().chat(
      attemptOf({ model: 'stall', call: { stream }, others: { signal: controller.signal } }),
    );
    const iterator = frames[Symbol.asyncIterator]();
    const said: unknown[] = [];
    for (let frame = 0; stream && frame < 2; frame += 1) said.push((await iterator.next()).value);
    expect(said).toMatchObject(stream ? [{ events: [{ type: 'start' }] }, { events: [{ type: 'text-delta' }] }] : []);
    const next = iterator.next();
    controller.abort({ class: 'timeout_total' });
    await expect(next).rejects.toMatchObject({ failure: { class: 'timeout_total' } });
  });

  it('slow takes its time, and stops when it is told to', async () => {
    const waits: number[] = [];
    const sandbox = createSandbox({ wait: async (delayMs) => void waits.push(delayMs) });
    const { text } = await read({ model: 'slow', call: { stream } }, sandbox);
    expect(text).toHaveLength(800);
    expect(waits[0]).toBe(1000);
    expect(waits.length).toBeGreaterThan(100);
    expect(new Set(waits.slice(1))).toEqual(new Set([150]));

    const controller = new AbortController();
    const stopping = createSandbox({
      wait: async () => {
        controller.abort();
        throw new Error('stopped');
      },
    });
    const stopped = await read({ model: 'slow', call: { stream }, others: { signal: controller.signal } }, stopping);
    expect(stopped.failure?.failure.class).toBe('cancelled');
  });

  it('slow waits by a real clock', async () => {
    const controller = new AbortController();
    const reading = read({ model: 'slow', call: { stream }, others: { signal: controller.signal } });
    const timer = setTimeout(() => controller.abort({ class: 'slow_reader' }), 20);
    expect((await reading).failure?.failure.class).toBe('slow_reader');
    clearTimeout(timer);
  });
});

describe('every model', () => {
  it.each(SANDBOX_MODELS)('%s names the request at the vendor and heeds a signal that has come', async (model) => {
    const notes: unknown[] = [];
    const others = { onResponse: (note: unknown) => void notes.push(note) };
    const frames = createSandbox().chat(attemptOf({ model, call: { stream: true }, others }));
    await frames[Symbol.asyncIterator]()
      .next()
      .catch(() => undefined);
    expect(notes).toEqual([{ vendorRequestId: 'sandbox-request-1:1' }]);
    const { failure } = await read({ model, others: { signal: AbortSignal.abort({ class: 'lease_lapsed' }) } });
    expect(failure?.failure.class).toBe('lease_lapsed');
  });
});
