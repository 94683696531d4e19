import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import { without } from '../shared/json-fields.js';
import { renderStream, startStream } from './render-stream.js';

const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'v/m',
  vendor: 'v',
  usage: { units: { input: 7, output: 3 }, source: 'reported' },
  chargeNanoUsd: '2500',
};
const ANSWERED: ReplyEvent = { type: 'answered', summary: SUMMARY };
const COST = 0.0000025;
const HEADER = { id: 'chatcmpl-r1', object: 'chat.completion.chunk', created: 5, model: 'asked' };

function run(events: readonly ReplyEvent[], { includeUsage = false, legacyFunctions = false } = {}) {
  let state = startStream({ requestId: 'r1', model: 'asked', createdAtSeconds: 5, includeUsage, legacyFunctions });
  const chunks: JsonObject[] = [];
  let end = 'open';
  for (const event of events) {
    const [next, output] = renderStream(state, event);
    expect(end).toBe('open');
    state = next;
    chunks.push(...output.chunks);
    end = output.end;
  }
  return { chunks, end };
}

const frame = (value: Frame, attempt = 1): ReplyEvent => ({ type: 'frame', attempt, sequence: 0, frame: value });
const said = (...events: AnswerEvent[]): ReplyEvent => frame({ events });
const wire = (body: JsonObject, streamed = true): ReplyEvent =>
  frame({ events: [], wire: { dialect: 'openai-chat', streamed, body } });
const text = (value: string): AnswerEvent => ({ type: 'text-delta', choice: 0, block: 0, text: value });
const stop: AnswerEvent = { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'stop' } };
const entry = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  index: 0,
  delta,
  logprobs: null,
  finish_reason: finish,
});

describe('renderStream: canonical events', () => {
  it('shows sources, log probabilities and speech as they come, and tells once of what it cannot show', () => {
    const tokens = [{ token: 'a', logprob: -1 }];
    const opaque: AnswerEvent = { type: 'opaque', choice: 0, dialect: 'anthropic-messages', data: {} };
    const { chunks } = run([
      said(opaque, opaque),
      said(text('Well. ')),
      said({ type: 'text-delta', choice: 0, block: 1, text: 'It ' }, { ...text('rains.'), block: 1 } as AnswerEvent),
      said({ type: 'citation', choice: 0, block: 1, citation: { type: 'url', url: 'u' } }),
      said({ type: 'logprobs', choice: 0, block: 1, tokens }),
      said({ type: 'audio-delta', choice: 0, block: 2, data: 'AA==' }),
      said(opaque, stop),
    ]);
    const annotation = { type: 'url_citation', url_citation: { url: 'u', title: '', start_index: 6, end_index: 15 } };
    expect(chunks.map((chunk) => (chunk['choices'] as JsonObject[])[0])).toEqual([
      entry({ role: 'assistant', content: 'Well. ' }),
      entry({ content: 'It ' }),
      entry({ content: 'rains.' }),
      entry({ annotations: [annotation] }),
      { ...entry({}), logprobs: { content: tokens, refusal: null } },
      entry({ audio: { data: 'AA==' } }),
      entry({}, 'stop'),
    ]);
    expect(chunks.flatMap((chunk) => (chunk['warnings'] as JsonObject[] | undefined) ?? [])).toMatchObject([
      { type: 'ignored', feature: 'content' },
    ]);
  });

  it('sends the role once, then pieces, then the end', () => {
    expect(run([said(text('Hel')), said(text('lo')), said(stop), ANSWERED])).toEqual({
      chunks: [
        { ...HEADER, choices: [entry({ role: 'assistant', content: 'Hel' })] },
        { ...HEADER, choices: [entry({ content: 'lo' })] },
        { ...HEADER, choices: [entry({}, 'stop')] },
      ],
      end: 'done',
    });
  });

  it('ends with usage and cost where asked, and null usage before', () => {
    const { chunks } = run([said(text('a')), ANSWERED], { includeUsage: true });
    expect(chunks).toEqual([
      { ...HEADER, choices: [entry({ role: 'assistant', content: 'a' })], usage: null },
      { ...HEADER, choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, cost: COST } },
    ]);
  });

  it('numbers interleaved tool calls by position, each id once', () => {
    const { chunks } = run([
      said({ type: 'tool-call-start', choice: 0, block: 3, id: 'a', name: 'f' }),
      said({ type: 'tool-call-start', choice: 0, block: 5, id: 'b', name: 'g', custom: true }),
      said({ type: 'tool-call-delta', choice: 0, block: 3, arguments: '{}' }),
      said({ type: 'tool-call-delta', choice: 0, block: 5, arguments: 'free' }),
      said({ type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: 'tool_use' } }),
    ]);
    expect(chunks.map((chunk) => chunk['choices'])).toEqual([
      [
        entry({
          role: 'assistant',
          content: null,
          tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
        }),
      ],
      [entry({ tool_calls: [{ index: 1, id: 'b', type: 'custom', custom: { name: 'g', input: '' } }] })],
      [entry({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] })],
      [entry({ tool_calls: [{ index: 1, custom: { input: 'free' } }] })],
      [{ ...entry({}, 'tool_calls'), native_finish_reason: 'tool_use' }],
    ]);
  });

  it('streams function_call to a caller of functions', () => {
    const events = [
      said({ type: 'tool-call-start', choice: 0, block: 0, id: 'a', name: 'f' }),
      said({ type: 'tool-call-delta', choice: 0, block: 0, arguments: '{}' }),
      said({ type: 'finish', choice: 0, reason: { unified: 'tool-calls' } }),
    ];
    expect(run(events, { legacyFunctions: true }).chunks.map((chunk) => chunk['choices'])).toMatchObject([
      [{ delta: { function_call: { name: 'f', arguments: '' } } }],
      [{ delta: { function_call: { arguments: '{}' } } }],
      [{ finish_reason: 'function_call' }],
    ]);
  });

  it('streams reasoning, and its proof with the whole of it', () => {
    const think = (fields: object): ReplyEvent =>
      frame({
        events: [{ type: 'reasoning-delta', choice: 0, block: 0, text: '', ...fields }],
        wire: { dialect: 'anthropic-messages', streamed: true, body: {} },
      });
    const { chunks } = run([
      think({ text: 'a' }),
      think({ text: 'b' }),
      think({ signature: 's', vendor: 'anthropic' }),
    ]);
    expect(chunks.map((chunk) => chunk['choices'])).toMatchObject([
      [{ delta: { role: 'assistant', reasoning_content: 'a' } }],
      [{ delta: { reasoning_content: 'b' } }],
      [{ delta: { reasoning_details: [{ text: 'ab', signature: 's', format: 'anthropic-claude-v1', index: 0 }] } }],
    ]);
  });

  it('gives warnings on the next chunk, or on a last one of their own', () => {
    const warning = { type: 'ignored', feature: 'seed', detail: 'd' } as const;
    const early = run([said({ type: 'warning', warning }), said(text('a')), ANSWERED]);
    expect(early.chunks).toMatchObject([{ warnings: [warning] }]);
    const late = run([said(text('a')), said({ type: 'warning', warning }), ANSWERED]);
    expect(late.chunks[1]).toEqual({ ...HEADER, choices: [], warnings: [warning] });
  });

  it('forgets what an attempt that failed before its content had announced', () => {
    const first = frame({
      events: [
        { type: 'start', vendorModel: 'first' },
        { type: 'warning', warning: { type: 'ignored', feature: 'n', detail: '' } },
      ],
    });
    const second = frame({ events: [{ type: 'start', vendorModel: 'second' }, text('a')] }, 2);
    expect(run([first, second]).chunks).toEqual([
      { ...HEADER, model: 'second', choices: [entry({ role: 'assistant', content: 'a' })] },
    ]);
  });
});

describe('renderStream: a vendor of this dialect', () => {
  const header = { id: 'v', object: 'chat.completion.chunk', created: 1, model: 'gpt-x' };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, x: 1 };
  const first = {
    ...header,
    choices: [entry({ role: 'assistant', content: 'a', x: 1 })],
    usage: null,
    obfuscation: 'zz',
  };
  const last = { ...header, choices: [], usage, latency: 3 };

  it('passes its chunks, and its usage with our cost once the outcome is known', () => {
    const { chunks } = run([wire(first), wire(last), ANSWERED], { includeUsage: true });
    expect(chunks).toEqual([first, { ...last, usage: { ...usage, cost: COST } }]);
  });

  it('drops its usage where the caller did not ask for it', () => {
    expect(run([wire(first), wire(last), ANSWERED]).chunks).toEqual([without(first, 'usage')]);
  });

  it('moves usage from a finish chunk to a chunk of its own', () => {
    const finish = { ...header, choices: [entry({}, 'stop')], usage, x_groq: { id: 'g' } };
    expect(run([wire(finish), ANSWERED], { includeUsage: true }).chunks).toEqual([
      { ...finish, usage: null },
      { ...header, choices: [], usage: { ...usage, cost: COST } },
    ]);
    expect(run([wire(finish), ANSWERED]).chunks).toEqual([without(finish, 'usage')]);
  });

  it('takes the last of running usages', () => {
    const running = (count: number) =>
      wire({ ...header, choices: [entry({ content: 'a' })], usage: { total_tokens: count } });
    const { chunks } = run([running(1), running(2), ANSWERED], { includeUsage: true });
    expect(chunks.at(-1)).toMatchObject({ usage: { total_tokens: 2, cost: COST } });
    expect(chunks.slice(0, -1).map((chunk) => chunk['usage'])).toEqual([null, null]);
  });

  it("passes Azure's first chunk, whose fields are empty, without taking its id", () => {
    const filter = { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] };
    const { chunks } = run([wire(filter), wire(first), ANSWERED], { includeUsage: true });
    expect(chunks[0]).toEqual({ ...filter, usage: null });
    expect(chunks.at(-1)).toMatchObject({ id: 'v', usage: { prompt_tokens: 7, cost: COST } });
  });

  it('streams a plain answer', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const body = {
      id: 'v',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-x',
      citations: ['c'],
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, tool_calls: [call] },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    };
    expect(run([wire(body, false), ANSWERED], { includeUsage: true })).toEqual({
      chunks: [
        {
          ...header,
          citations: ['c'],
          choices: [entry({ role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] })],
          usage: null,
        },
        { ...header, choices: [entry({}, 'tool_calls')], usage: null },
        { ...header, choices: [], usage: { ...usage, cost: COST } },
      ],
      end: 'done',
    });
  });
});

describe('renderStream: no clean end', () => {
  it('ends a broken answer with a typed error, and what it cost', () => {
    const failed: ReplyEvent = {
      type: 'failed',
      failure: { class: 'cut' },
      detail: { message: 'socket' },
      summary: SUMMARY,
    };
    const { chunks, end } = run([said(text('a')), failed], { includeUsage: true });
    expect(end).toBe('failed');
    expect(chunks.at(-1)).toMatchObject({
      error: { type: 'server_error', param: null, code: 'stream_cut', message: expect.any(String) },
      usage: { cost: COST },
    });
  });

  it('ends a refused request with the gateway’s error', () => {
    const refused: ReplyEvent = { type: 'refused', refusal: { code: 'insufficient_funds', message: 'No.' } };
    const { chunks, end } = run([refused]);
    expect({ chunks, end }).toMatchObject({
      chunks: [{ error: { code: 'insufficient_funds', message: 'No.' } }],
      end: 'failed',
    });
  });
});
