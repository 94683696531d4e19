import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { readReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { renderMessage } from './render-message.js';
import { renderStream, startStream } from './render-stream.js';
import type { RenderContext } from './render-stream.js';

const CONTEXT: RenderContext = { requestId: 'req_0001', model: 'asked', untranslated: [] };
const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'openai/gpt-x',
  vendor: 'openai',
  usage: {
    units: { input: 7, input_cached_read: 2, input_cache_write_1h: 3, output: 4, output_reasoning: 1, searches: 1 },
    source: 'reported',
  },
  chargeNanoUsd: '2500000',
};

function stream(frames: readonly Frame[], context = CONTEXT): readonly JsonObject[] {
  let state = startStream(context);
  const chunks: JsonObject[] = [];
  for (const [sequence, frame] of frames.entries()) {
    const [next, step] = renderStream(state, { type: 'frame', attempt: 1, sequence, frame });
    state = next;
    chunks.push(...step.chunks);
  }
  const [, { chunks: last, end }] = renderStream(state, { type: 'answered', summary: SUMMARY });
  expect(end).toBe('done');
  return [...chunks, ...last];
}

const frames = (...events: readonly AnswerEvent[]): readonly Frame[] => events.map((event) => ({ events: [event] }));
const START: AnswerEvent = { type: 'start', vendorId: 'chatcmpl-1', vendorModel: 'gpt-x' };
const say = (text: string, block = 0): AnswerEvent => ({ type: 'text-delta', choice: 0, block, text });
const call = (block: number, id: string): AnswerEvent => ({
  ...{ type: 'tool-call-start', choice: 0, block, id, name: 'f' },
});
const write = (block: number, written: string): AnswerEvent => ({
  ...{ type: 'tool-call-delta', choice: 0, block, arguments: written },
});
const finish = (unified: 'stop' | 'tool-calls' | 'length' | 'content-filter'): AnswerEvent => ({
  ...{ type: 'finish', choice: 0, reason: { unified, raw: unified } },
});

/** Events in short: what opens, what is written, what closes. */
function shape(events: readonly JsonObject[]): readonly string[] {
  return events.map(({ type, index, content_block: block, delta }) => {
    const inner = (block ?? delta ?? {}) as JsonObject;
    const words = inner['text'] ?? inner['thinking'] ?? inner['partial_json'] ?? inner['stop_reason'];
    return [String(type).replace('content_block_', ''), index, block ? inner['type'] : words]
      .filter((part) => part !== undefined)
      .join(' ');
  });
}

const plain = (events: readonly AnswerEvent[], context = CONTEXT): JsonObject =>
  renderMessage(frames(...events), SUMMARY, context);

describe('an answer of another vendor', () => {
  it('streams in the documented order, with usage and cost at its end', () => {
    const events = stream(frames(START, say('Hel'), say('lo'), finish('stop')));
    expect(shape(events)).toEqual([
      'message_start',
      'start 0 text',
      'delta 0 Hel',
      'delta 0 lo',
      'stop 0',
      'message_delta end_turn',
      'message_stop',
    ]);
    expect(events[0]).toEqual({
      type: 'message_start',
      message: {
        id: 'msg_0001',
        type: 'message',
        role: 'assistant',
        model: 'gpt-x',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 0, output_tokens: 0 },
      },
    });
    expect(events.at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        input_tokens: 7,
        cache_creation_input_tokens: 3,
        cache_read_input_tokens: 2,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 3 },
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 1 },
        server_tool_use: { web_search_requests: 1 },
        cost: 0.0025,
      },
    });
  });

  it('has one tool call after another, however their pieces are mixed', () => {
    const mixed = [
      ...[START, call(1, 'a.1'), call(2, 'b'), write(2, '{"y"'), write(1, '{"x"'), write(2, ':2}'), write(1, ':1}')],
      ...[call(3, 'c'), finish('tool-calls')],
    ];
    expect(shape(stream(frames(...mixed)))).toEqual([
      'message_start',
      'start 0 tool_use',
      'delta 0 {"x"',
      'delta 0 :1}',
      'stop 0',
      'start 1 tool_use',
      'delta 1 {"y"',
      'delta 1 :2}',
      'stop 1',
      'start 2 tool_use',
      'stop 2',
      'message_delta tool_use',
      'message_stop',
    ]);
    expect(plain(mixed)['content']).toEqual([
      { type: 'tool_use', id: 'toolu_sluice_YS4x', name: 'f', input: { x: 1 } },
      { type: 'tool_use', id: 'b', name: 'f', input: { y: 2 } },
      { type: 'tool_use', id: 'c', name: 'f', input: {} },
    ]);
  });

  it('keeps what a limit has cut off of a call', () => {
    const message = plain([START, call(0, 'a'), write(0, '{"x":'), finish('length')]);
    expect(message).toMatchObject({ content: [{ input: { arguments: '{"x":' } }], stop_reason: 'max_tokens' });
  });

  it('puts the text of a free-text tool into an object', () => {
    const custom: AnswerEvent = { type: 'tool-call-start', choice: 0, block: 0, id: 'a', name: 'f', custom: true };
    const message = plain([START, custom, write(0, 'a "quoted"\n'), write(0, 'line'), finish('tool-calls')]);
    expect(message['content']).toEqual([
      { type: 'tool_use', id: 'a', name: 'f', input: { input: 'a "quoted"\nline' } },
    ]);
  });

  it('has its reasoning with a proof that names its vendor', () => {
    const think = (fields: object): AnswerEvent => ({
      ...{ type: 'reasoning-delta', choice: 0, block: 0, text: '', ...fields },
    });
    const { content } = plain([
      START,
      think({ text: 'Hm', vendor: 'openai', id: 'rs_1' }),
      think({ text: '.', signature: 'sealed' }),
      { ...think({ redacted: 'shut', vendor: 'openai' }), block: 1 } as AnswerEvent,
      { ...think({ text: 'Own', signature: 'sig', vendor: 'anthropic' }), block: 2 } as AnswerEvent,
      say('x', 3),
      finish('stop'),
    ]);
    const [first, second, third] = content as readonly JsonObject[];
    expect([first?.['thinking'], readReasoningProof(String(first?.['signature']))]).toEqual([
      'Hm.',
      { vendor: 'openai', id: 'rs_1', kind: 'signature', data: 'sealed' },
    ]);
    expect(readReasoningProof(String(second?.['data']))).toEqual({ vendor: 'openai', kind: 'redacted', data: 'shut' });
    expect(third).toEqual({ type: 'thinking', thinking: 'Own', signature: 'sig' });
  });

  it('cites what fits, and tells of what does not', () => {
    const cite = (citation: object): AnswerEvent =>
      ({ type: 'citation', choice: 0, block: 0, citation }) as AnswerEvent;
    const message = plain([
      START,
      say('x'),
      cite({ type: 'url', url: 'https://example.com', title: 'T' }),
      cite({ type: 'document', document: 1, unit: 'page', start: 2, end: 3 }),
      cite({ type: 'document', title: 'nowhere' }),
      finish('stop'),
    ]);
    expect(message['content']).toMatchObject([
      {
        citations: [
          { type: 'web_search_result_location', url: 'https://example.com', title: 'T', encrypted_index: '' },
          { type: 'page_location', document_index: 1, start_page_number: 2, end_page_number: 3 },
        ],
      },
    ]);
    expect(message['warnings']).toMatchObject([{ type: 'unsupported', feature: 'citations' }]);
  });

  it('that refuses says so, in words and by its end', () => {
    const refusal: AnswerEvent = { type: 'refusal-delta', choice: 0, block: 0, text: 'No.' };
    const message = plain([START, refusal, finish('stop')]);
    expect(message).toMatchObject({ content: [{ type: 'text', text: 'No.' }], stop_reason: 'refusal' });
    expect(plain([START, say('x'), finish('content-filter')])).toMatchObject({ stop_reason: 'refusal' });
    expect(plain([START, call(0, 'a'), finish('stop')])).toMatchObject({ stop_reason: 'tool_use' });
  });

  it('tells once of everything that was lost', () => {
    const warning = { type: 'ignored', feature: 'seed', detail: 'd' } as const;
    const untranslated = [
      { type: 'ignored', feature: 'messages[].content[].cache_control', detail: 'd' },
      { type: 'ignored', feature: 'seed', detail: 'twice' },
    ] as const;
    const opaque: AnswerEvent = { type: 'opaque', choice: 0, dialect: 'openai-responses', data: {} };
    const said: readonly AnswerEvent[] = [
      { type: 'warning', warning },
      START,
      say('x'),
      opaque,
      opaque,
      finish('stop'),
    ];
    const features = (message: JsonObject) =>
      (message['warnings'] as readonly JsonObject[]).map(({ feature }) => feature);
    const context = { ...CONTEXT, untranslated };
    expect(features(plain(said, context))).toEqual(['seed', 'messages[].content[].cache_control', 'content']);
    const [start] = stream(frames(...said), context);
    expect(features(start?.['message'] as JsonObject)).toEqual(['seed', 'messages[].content[].cache_control']);
  });

  it('without a word is a message all the same', () => {
    expect(plain([START, finish('stop')])).toMatchObject({ content: [], stop_reason: 'end_turn', model: 'gpt-x' });
  });
});

describe('an answer of the dialect’s own vendor', () => {
  const wire = (body: JsonObject, ...events: readonly AnswerEvent[]): Frame => ({
    events,
    wire: { dialect: 'anthropic-messages', streamed: true, body },
  });
  const opening = { type: 'message_start', message: { id: 'msg_own', content: [], usage: { input_tokens: 1 } } };
  const ending = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } };
  const warning = { type: 'changed', feature: 'usage', detail: 'd' } as const;
  const untranslated = [{ type: 'ignored', feature: 'messages[].content[].cache_control', detail: 'd' }] as const;

  it('begins once, ends with its cost, and was told everything', () => {
    const told: AnswerEvent = { type: 'warning', warning: { ...warning, feature: 'thinking' } };
    const sent = [
      wire(opening, told),
      wire(opening),
      wire({ type: 'novel', index: 0 }),
      ...[wire(ending), wire({ type: 'ping' }), wire({ type: 'message_stop' })],
      { events: [{ type: 'warning', warning }] } as const,
    ];
    expect(stream(sent, { ...CONTEXT, untranslated })).toEqual([
      { ...opening, message: { ...opening.message, warnings: [{ ...warning, feature: 'thinking' }] } },
      { type: 'novel', index: 0 },
      { ...ending, usage: { output_tokens: 2, cost: 0.0025 }, warnings: [warning] },
      { type: 'message_stop' },
    ]);
  });

  it('has its warnings in one list where it is whole', () => {
    const told: AnswerEvent = { type: 'warning', warning: { ...warning, feature: 'thinking' } };
    const body = { type: 'message', id: 'msg_own', content: [], stop_reason: 'end_turn', usage: { output_tokens: 2 } };
    const frame: Frame = { events: [told], wire: { dialect: 'anthropic-messages', streamed: false, body } };
    const notice: Frame = { events: [{ type: 'warning', warning }] };
    expect(renderMessage([frame, notice], SUMMARY, CONTEXT)).toEqual({
      ...body,
      usage: { output_tokens: 2, cost: 0.0025 },
      warnings: [{ ...warning, feature: 'thinking' }, warning],
    });
  });
});

describe('a stream that breaks', () => {
  it('ends with an error of the dialect', () => {
    const [state] = renderStream(startStream(CONTEXT), {
      ...{ type: 'frame', attempt: 1, sequence: 0, frame: { events: [START, say('x')] } },
    });
    const failure = { class: 'overloaded' } as const;
    const [, step] = renderStream(state, { type: 'failed', failure, detail: { message: 'secret' }, summary: SUMMARY });
    expect(step).toEqual({
      chunks: [
        {
          type: 'error',
          error: { type: 'overloaded_error', message: expect.stringMatching(/overloaded/), cost_usd: '0.0025' },
          request_id: 'req_0001',
        },
      ],
      end: 'failed',
    });
  });

  it('begins anew with another attempt', () => {
    const frame = { events: [START, say('x')] };
    const [first] = renderStream(startStream(CONTEXT), { type: 'frame', attempt: 1, sequence: 0, frame });
    const [, { chunks }] = renderStream(first, { type: 'frame', attempt: 2, sequence: 0, frame });
    expect(chunks[0]).toMatchObject({ type: 'message_start' });
  });
});
