import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { readConverseEvent, startConverse } from './converse-stream.js';
import { fromConverse } from './from-converse.js';
import type { Reading } from './reading.js';

const PLAIN: Reading = { customTools: new Set(['sh']), prover: 'anthropic' };
type Event = readonly [name: string, payload: JsonObject];

function read(events: readonly Event[], reading = PLAIN): readonly AnswerEvent[] {
  let state = startConverse(reading);
  return events.flatMap(([name, payload]) => {
    const [next, frame] = readConverseEvent(state, name, payload);
    state = next;
    return frame.events;
  });
}

const START: Event = ['messageStart', { role: 'assistant', p: 'abc' }];
const delta = (contentBlockIndex: number, fields: JsonObject): Event => [
  'contentBlockDelta',
  { contentBlockIndex, delta: fields, p: 'abcdef' },
];
const open = (contentBlockIndex: number, start: JsonObject): Event => [
  'contentBlockStart',
  { contentBlockIndex, start },
];
const close = (contentBlockIndex: number): Event => ['contentBlockStop', { contentBlockIndex, p: 'a' }];
const stop = (stopReason: string): Event => ['messageStop', { stopReason }];
const tool = (name: string, others: JsonObject = {}): JsonObject => ({ toolUse: { toolUseId: 't1', name, ...others } });

describe('a stream of Converse', () => {
  it('says text, reasoning with its proof, and calls as they come', () => {
    const events = [
      START,
      delta(0, { reasoningContent: { text: 'hm' } }),
      delta(0, { reasoningContent: { signature: 'sig==' } }),
      close(0),
      delta(1, { text: 'so' }),
      close(1),
      open(2, tool('f')),
      delta(2, { toolUse: { input: '{"a":' } }),
      delta(2, { toolUse: { input: '1}' } }),
      close(2),
      stop('tool_use'),
      ['metadata', { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 5 } }] as const,
    ];
    expect(read(events)).toEqual([
      { type: 'start' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: '', vendor: 'anthropic', signature: 'sig==' },
      { type: 'text-delta', choice: 0, block: 1, text: 'so' },
      { type: 'tool-call-start', choice: 0, block: 2, id: 't1', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 2, arguments: '{"a":' },
      { type: 'tool-call-delta', choice: 0, block: 2, arguments: '1}' },
      { type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: 'tool_use' } },
      {
        type: 'usage',
        usage: {
          units: { input: 1, output: 2 },
          source: 'reported',
          raw: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
        },
      },
    ]);
  });

  it('gives a call without input an empty one, and a free-text tool its text', () => {
    const events = read([
      START,
      open(0, tool('f')),
      delta(0, { toolUse: { input: '' } }),
      close(0),
      open(1, tool('sh')),
      delta(1, { toolUse: { input: '{"input":"l' } }),
      delta(1, { toolUse: { input: 's"}' } }),
      close(1),
    ]);
    expect(events.filter(({ type }) => type === 'tool-call-delta')).toEqual([
      { type: 'tool-call-delta', choice: 0, block: 0, arguments: '{}' },
      { type: 'tool-call-delta', choice: 0, block: 1, arguments: 'ls' },
    ]);
  });

  it('is an answer where the tool that stands for it was called, and a call where another was', () => {
    const reading = { ...PLAIN, jsonTool: 'answer' };
    const answer = [START, open(0, tool('answer')), delta(0, { toolUse: { input: '{"a":1}' } }), close(0)];
    expect(read([...answer, stop('tool_use')], reading).slice(1)).toEqual([
      { type: 'text-delta', choice: 0, block: 0, text: '{"a":1}' },
      { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'tool_use' } },
    ]);
    const both = read([...answer, open(1, tool('f')), close(1), stop('tool_use')], reading);
    expect(both.at(-1)).toMatchObject({ reason: { unified: 'tool-calls' } });
  });

  it('keeps redacted reasoning as its prover wrote it', () => {
    const redactedOf = (redactedContent: string, prover: Reading['prover']) =>
      read([START, delta(0, { reasoningContent: { redactedContent } })], { ...PLAIN, prover })[1];
    const base64 = Buffer.from('EsECCk==').toString('base64');
    expect(redactedOf(base64, 'anthropic')).toMatchObject({ vendor: 'anthropic', redacted: 'EsECCk==' });
    expect(redactedOf(base64, 'bedrock')).toMatchObject({ vendor: 'bedrock', redacted: base64 });
    // Bytes that are no text would not survive as one.
    expect(redactedOf('/wD/', 'anthropic')).toMatchObject({ vendor: 'bedrock', redacted: '/wD/' });
  });

  it('cites pages of the web and places in documents', () => {
    const cite = (location: JsonObject) =>
      delta(0, { citation: { title: 't', sourceContent: [{ text: 'said' }], location } });
    const events = read([
      START,
      cite({ web: { url: 'https://x.example', domain: 'x.example' } }),
      cite({ documentPage: { documentIndex: 1, start: 2, end: 3 } }),
      cite({ searchResultLocation: { searchResultIndex: 0, start: 0, end: 1 } }),
    ]);
    const common = { title: 't', citedText: 'said' };
    expect(events.flatMap((event) => (event.type === 'citation' ? [event.citation] : []))).toEqual([
      { type: 'url', url: 'https://x.example', ...common },
      { type: 'document', unit: 'page', document: 1, start: 2, end: 3, ...common },
      { type: 'document', unit: 'block', document: 0, start: 0, end: 1, ...common },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['malformed_tool_use', 'other'],
    ['novelty', 'other'],
    ['constructor', 'other'],
  ])('ends by %s: %s', (raw, unified) => {
    expect(read([START, stop(raw)]).at(-1)).toEqual({ type: 'finish', choice: 0, reason: { unified, raw } });
  });

  it('divides what was written to the cache by how long it is kept', () => {
    const unitsOf = (usage: JsonObject) =>
      read([['metadata', { usage }]]).map((event) => event.type === 'usage' && event.usage.units);
    const details = [
      { ttl: '1h', inputTokens: 30 },
      { ttl: '5m', inputTokens: 10 },
    ];
    const cache = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 7, cacheWriteInputTokens: 40 };
    expect(unitsOf({ ...cache, cacheDetails: details })).toEqual([
      { input: 1, output: 2, input_cached_read: 7, input_cache_write_5m: 10, input_cache_write_1h: 30 },
    ]);
    expect(unitsOf(cache)).toEqual([{ input: 1, output: 2, input_cached_read: 7, input_cache_write_5m: 40 }]);
    expect(unitsOf({})).toEqual([]);
  });

  it('tells of content that nobody can be shown, and of nothing that is only new', () => {
    const events = read([
      START,
      open(0, tool('nova_grounding', { type: 'server_tool_use' })),
      delta(0, { toolUse: { input: '{"q":"secret"}' } }),
      close(0),
      delta(1, { image: { source: { bytes: 'secret' } } }),
      ['novelty', { secret: 1 }],
      stop('end_turn'),
    ]);
    expect(events.map(({ type }) => type)).toEqual(['start', 'warning', 'warning', 'finish']);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it.each<readonly [string, readonly Event[]]>([
    ['two beginnings', [START, START]],
    ['an end without a beginning', [stop('end_turn')]],
    ['a piece of no block', [START, ['contentBlockDelta', { delta: { text: 'a' } }]]],
    ['a call without a name', [START, open(0, { toolUse: { toolUseId: 't' } })]],
  ])('is no good with %s', (_, events) => {
    const error = (() => {
      try {
        return read(events);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect((error as ProviderFailure).failure.class).toBe('bad_response');
  });
});

describe('a plain answer of Converse', () => {
  it('may name the type of a block beside it, and cite', () => {
    const content = [
      { type: 'text', text: 'so' },
      {
        citationsContent: {
          content: [{ text: 'said' }],
          citations: [{ location: { web: { url: 'https://x.example' } } }],
        },
      },
    ];
    const { events } = fromConverse(
      { output: { message: { role: 'assistant', content } }, stopReason: 'end_turn' },
      PLAIN,
    );
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'citation', 'finish']);
  });

  it.each(['text', [], {}, { output: {} }, { output: { message: { content: 'text' } } }])('is not %j', (body) => {
    expect(() => fromConverse(body, PLAIN)).toThrow(ProviderFailure);
  });
});
