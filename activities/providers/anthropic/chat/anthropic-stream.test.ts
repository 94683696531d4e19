import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { readAnthropicEvent, startAnthropicStream } from './anthropic-stream.js';
import { fromAnthropicMessage } from './from-anthropic-message.js';
import { PLAIN_READING } from './reading.js';
import type { Reading } from './reading.js';

const START: JsonObject = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    usage: { input_tokens: 9, output_tokens: 1 },
  },
};
const STOP: JsonObject = { type: 'message_stop' };
const open = (index: number, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, fields: JsonObject): JsonObject => ({
  type: 'content_block_delta',
  index,
  delta: fields,
});
const close = (index: number): JsonObject => ({ type: 'content_block_stop', index });
const end = (stop_reason: string, usage: JsonObject = { output_tokens: 5 }): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage,
});
const json = (index: number, partial_json: string) => delta(index, { type: 'input_json_delta', partial_json });

function run(events: readonly JsonObject[], reading: Reading = PLAIN_READING) {
  let state = startAnthropicStream(reading);
  const found: AnswerEvent[] = [];
  for (const event of events) {
    const [next, frame] = readAnthropicEvent(state, event);
    expect(frame.wire).toEqual({ dialect: 'anthropic-messages', streamed: true, body: event });
    state = next;
    found.push(...frame.events);
  }
  return { state, events: found };
}

const eventsOf = (events: readonly JsonObject[], reading?: Reading) => run([START, ...events], reading).events.slice(2);

describe('a stream', () => {
  it('of text is told piece by piece', () => {
    const { state, events } = run([
      START,
      { type: 'ping' },
      open(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: 'Hel' }),
      delta(0, { type: 'text_delta', text: 'lo' }),
      close(0),
      end('end_turn'),
      STOP,
    ]);
    expect(events).toMatchObject([
      { type: 'start', vendorId: 'msg_1', vendorModel: 'claude-x' },
      { type: 'usage', usage: { units: { input: 9 } } },
      { type: 'text-delta', choice: 0, block: 0, text: 'Hel' },
      { type: 'text-delta', choice: 0, block: 0, text: 'lo' },
      { type: 'usage', usage: { units: { input: 9, output: 5 } } },
      { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'end_turn' } },
    ]);
    expect(state.ended).toBe(true);
  });

  it('of thinking has its text and its proof', () => {
    const events = eventsOf([
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'hm' }),
      delta(0, { type: 'signature_delta', signature: 's==' }),
      close(0),
      open(1, { type: 'redacted_thinking', data: 'blob==' }),
      close(1),
    ]);
    expect(events).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: '', vendor: 'anthropic', signature: 's==' },
      { type: 'reasoning-delta', choice: 0, block: 1, text: '', vendor: 'anthropic', redacted: 'blob==' },
    ]);
  });

  it('of tool calls has each in a block of its own', () => {
    const events = eventsOf([
      open(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
      json(0, ''),
      json(0, '{"x"'),
      json(0, ':1}'),
      close(0),
      open(1, { type: 'tool_use', id: 'b', name: 'g', input: {} }),
      close(1),
      end('tool_use'),
      STOP,
    ]);
    expect(events).toMatchObject([
      { type: 'tool-call-start', block: 0, id: 'a', name: 'f' },
      { type: 'tool-call-delta', block: 0, arguments: '{"x"' },
      { type: 'tool-call-delta', block: 0, arguments: ':1}' },
      { type: 'tool-call-start', block: 1, id: 'b', name: 'g' },
      { type: 'tool-call-delta', block: 1, arguments: '{}' },
      { type: 'usage' },
      { type: 'finish', reason: { unified: 'tool-calls' } },
    ]);
  });

  it('whose tool is the answer has it as text', () => {
    const reading = { jsonTool: 'place', customTools: new Set<string>() };
    const events = eventsOf(
      [
        open(0, { type: 'tool_use', id: 'a', name: 'place', input: {} }),
        json(0, '{"city"'),
        json(0, ':"Ulm"}'),
        close(0),
        end('tool_use'),
        STOP,
      ],
      reading,
    );
    expect(events).toMatchObject([
      { type: 'text-delta', text: '{"city"' },
      { type: 'text-delta', text: ':"Ulm"}' },
      { type: 'usage' },
      { type: 'finish', reason: { unified: 'stop', raw: 'tool_use' } },
    ]);
    const both = eventsOf(
      [open(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }), close(0), end('tool_use'), STOP],
      reading,
    );
    expect(both.at(-1)).toMatchObject({ reason: { unified: 'tool-calls' } });
  });

  it.each([
    ['{"input":"ls -l"}', 'ls -l'],
    ['{"other":1}', '{"other":1}'],
    ['{"input":"l', '{"input":"l'],
  ])('of a free-text tool has its text: %s', (written, expected) => {
    const reading = { customTools: new Set(['sh']) };
    const events = eventsOf(
      [open(0, { type: 'tool_use', id: 'a', name: 'sh', input: {} }), json(0, written), close(0)],
      reading,
    );
    expect(events).toMatchObject([
      { type: 'tool-call-start', name: 'sh', custom: true },
      { type: 'tool-call-delta', arguments: expected },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['pause_turn', 'pause'],
    ['refusal', 'refusal'],
    ['constructor', 'other'],
  ])('that ends by %s ends by %s', (raw, unified) => {
    expect(eventsOf([end(raw), STOP]).at(-1)).toEqual({ type: 'finish', choice: 0, reason: { unified, raw } });
  });

  it('that the vendor refuses says why', () => {
    const refused: JsonObject = {
      type: 'message_delta',
      delta: { stop_reason: 'refusal', stop_details: { explanation: 'Not this.' } },
    };
    expect(eventsOf([open(0, { type: 'text', text: 'I' }), close(0), refused, STOP])).toMatchObject([
      { type: 'text-delta', block: 0 },
      { type: 'refusal-delta', block: 1, text: 'Not this.' },
      { type: 'finish', reason: { unified: 'refusal' } },
    ]);
  });

  it('keeps what it has no name for', () => {
    const unknown: readonly JsonObject[] = [
      { type: 'brand_new', x: 1 },
      open(0, { type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }),
      json(0, '{"query":"x"}'),
      open(1, { type: 'text', text: '' }),
      delta(1, { type: 'citations_delta', citation: { url: 'u' } }),
      delta(1, { type: 'brand_new_delta' }),
    ];
    expect(eventsOf(unknown)).toEqual(
      unknown
        .filter((_event, index) => index !== 3)
        .map((data) => ({ type: 'opaque', choice: 0, dialect: 'anthropic-messages', data })),
    );
  });

  it('reads what its text rests on', () => {
    const cite = (citation: JsonObject): JsonObject => delta(0, { type: 'citations_delta', citation });
    const page = { type: 'page_location', document_index: 1, document_title: 'D', file_id: null, cited_text: 'words' };
    const found = {
      type: 'search_result_location',
      ...{ source: 'https://s.example', title: 'S', cited_text: 'w', search_result_index: 0 },
      ...{ start_block_index: 0, end_block_index: 1 },
    };
    const events = eventsOf([
      open(0, { type: 'text', text: 'It rains.' }),
      cite({ type: 'web_search_result_location', url: 'u', title: null, cited_text: 'rain', encrypted_index: 'e' }),
      cite({ ...page, start_page_number: 2, end_page_number: 3 }),
      cite(found),
    ]);
    const [, ...citations] = events.map((event) => (event.type === 'citation' ? event.citation : event.type));
    expect(citations).toEqual([
      { type: 'url', url: 'u', citedText: 'rain', extras: { 'anthropic-messages': { encrypted_index: 'e' } } },
      { type: 'document', document: 1, start: 2, end: 3, title: 'D', citedText: 'words', unit: 'page' },
      {
        ...{ type: 'document', unit: 'block', start: 0, end: 1, title: 'S', citedText: 'w' },
        extras: {
          'anthropic-messages': {
            type: 'search_result_location',
            source: 'https://s.example',
            search_result_index: 0,
          },
        },
      },
    ]);
    expect(events.slice(1).map((event) => 'block' in event && event.block)).toEqual([0, 0, 0]);
  });
});

describe('a stream that is wrong', () => {
  it.each<readonly [string, string, JsonObject]>([
    ['overloaded', 'overloaded', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
    ['broken', 'vendor_error', { type: 'error', error: { type: 'api_error', message: 'Internal server error' } }],
    ['limited', 'rate_limited', { type: 'error', error: { type: 'rate_limit_error', message: 'm' } }],
    ['wrongly asked', 'invalid_request', { type: 'error', error: { type: 'invalid_request_error', message: 'm' } }],
    ['another', 'bad_response', { ...START, message: { id: 'msg_2' } }],
  ])('because it is %s fails as %s', (_name, expected, event) => {
    let thrown: unknown;
    try {
      run([START, open(0, { type: 'text', text: 'a' }), event]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ failure: { class: expected } });
  });

  it('because it ends before it begins fails', () => {
    expect(() => run([STOP])).toThrow('bad_response');
  });

  it('may begin twice, as behind some proxies', () => {
    const { events } = run([START, START, open(0, { type: 'text', text: 'a' })]);
    expect(events.map(({ type }) => type)).toEqual(['start', 'usage', 'text-delta']);
  });

  it.each<JsonObject>([
    {},
    { type: 7 },
    { type: 'content_block_start' },
    { type: 'content_block_start', index: 0, content_block: null },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use' } },
    { type: 'content_block_delta', index: 9, delta: { type: 'input_json_delta', partial_json: '{' } },
    { type: 'content_block_delta', index: 0, delta: 'x' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: null } },
    { type: 'content_block_stop', index: 4 },
    { type: 'message_delta' },
    { type: 'message_delta', delta: null, usage: [] },
  ])('in a way that is not known does not throw: %j', (event) => {
    expect(() => run([START, event, STOP])).not.toThrow();
  });
});

describe('a plain answer', () => {
  const CITATION = { type: 'char_location', document_index: 0, start_char_index: 1, end_char_index: 4 };
  const message: JsonObject = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'Let me see.', citations: [{ url: 'u' }, CITATION] },
      { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 5 },
  };

  it('is one frame with every event', () => {
    const { events, wire } = fromAnthropicMessage(message, PLAIN_READING);
    expect(events).toMatchObject([
      { type: 'start', vendorId: 'msg_1' },
      { type: 'reasoning-delta', block: 0, text: 'hm' },
      { type: 'reasoning-delta', block: 0, signature: 's' },
      { type: 'text-delta', block: 1, text: 'Let me see.' },
      { type: 'opaque', data: { delta: { type: 'citations_delta', citation: { url: 'u' } } } },
      { type: 'citation', block: 1, citation: { type: 'document', document: 0, start: 1, end: 4, unit: 'character' } },
      { type: 'tool-call-start', block: 2, id: 'a' },
      { type: 'tool-call-delta', block: 2, arguments: '{"x":1}' },
      { type: 'usage', usage: { units: { input: 9, output: 5 } } },
      { type: 'finish', reason: { unified: 'tool-calls' } },
    ]);
    expect(wire).toEqual({ dialect: 'anthropic-messages', streamed: false, body: message });
  });

  it('whose tool is the answer has it as text', () => {
    const answer = { ...message, content: [{ type: 'tool_use', id: 'a', name: 'place', input: { city: 'Ulm' } }] };
    const { events } = fromAnthropicMessage(answer, { jsonTool: 'place', customTools: new Set() });
    expect(events).toMatchObject([
      {},
      { type: 'text-delta', text: '{"city":"Ulm"}' },
      {},
      { reason: { unified: 'stop' } },
    ]);
  });

  it.each<readonly [JsonObject | string, string]>([
    ['text', 'bad_response'],
    [{}, 'bad_response'],
    [{ type: 'message' }, 'bad_response'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'm' } }, 'overloaded'],
  ])('is none: %j', (body, expected) => {
    let thrown: unknown;
    try {
      fromAnthropicMessage(body, PLAIN_READING);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ failure: { class: expected } });
  });
});
