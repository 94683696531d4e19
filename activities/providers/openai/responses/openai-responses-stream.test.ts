import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { type AnswerState, NEW_ANSWER, newAnswer } from './answer-state.js';
import { reduceOpenAiResponses } from './openai-responses-stream.js';
import { testCall } from './test-attempt.js';

function read(events: readonly JsonObject[], before: AnswerState = NEW_ANSWER) {
  let state = before;
  const told: AnswerEvent[] = [];
  const wires: unknown[] = [];
  for (const event of events) {
    const [next, frame] = reduceOpenAiResponses(state, event);
    state = next;
    told.push(...frame.events);
    if (frame.wire) wires.push(frame.wire.body);
  }
  return { state, told, wires };
}

const at = (type: string, output_index: number, fields: JsonObject = {}): JsonObject => ({
  type: `response.${type}`,
  output_index,
  item_id: `item_${output_index}`,
  ...fields,
});

const completed = (response: JsonObject = {}): JsonObject => ({
  type: 'response.completed',
  response: { status: 'completed', output: [], ...response },
});

describe('reduceOpenAiResponses', () => {
  it('announces the answer once, by the first event that has it', () => {
    const response = { id: 'resp_1', model: 'gpt-5', created_at: 1700000000.5 };
    const events = ['response.created', 'response.in_progress'].map((type) => ({ type, response }));
    expect(read(events).told).toEqual([
      { type: 'start', vendorId: 'resp_1', vendorModel: 'gpt-5', createdAtSeconds: 1_700_000_000 },
    ]);
  });

  it('numbers the runs of an answer, and reasoning has its name and its proof', () => {
    const reasoning = { type: 'reasoning', id: 'item_0', summary: [{ text: 'a' }], encrypted_content: 'proof' };
    const { told } = read([
      at('output_item.added', 0, { item: { type: 'reasoning', id: 'item_0', encrypted_content: 'early' } }),
      at('reasoning_summary_text.delta', 0, { summary_index: 0, delta: 'one' }),
      at('reasoning_summary_text.delta', 0, { summary_index: 1, delta: 'two' }),
      at('reasoning_summary_text.delta', 0, { summary_index: 1, delta: '!' }),
      at('output_item.done', 0, { item: reasoning }),
      at('output_text.delta', 1, { content_index: 0, delta: 'Hi', logprobs: [{ token: 'Hi', logprob: -1 }] }),
      at('refusal.delta', 1, { content_index: 1, delta: 'No' }),
    ]);
    const run = { type: 'reasoning-delta', choice: 0, block: 0, vendor: 'openai', id: 'item_0' };
    expect(told).toEqual([
      { ...run, text: 'one' },
      { ...run, text: '\n\ntwo' },
      { ...run, text: '!' },
      { ...run, text: '', signature: 'proof' },
      { type: 'text-delta', choice: 0, block: 1, text: 'Hi' },
      { type: 'logprobs', choice: 0, block: 1, tokens: [{ token: 'Hi', logprob: -1 }] },
      { type: 'refusal-delta', choice: 0, block: 2, text: 'No' },
    ]);
  });

  it('reads calls of both kinds, in pieces or only whole', () => {
    const custom = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c2', name: 'shell', input: 'ls' };
    const { told } = read([
      at('output_item.added', 0, { item: { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f' } }),
      at('function_call_arguments.delta', 0, { delta: '{"a"' }),
      at('function_call_arguments.delta', 0, { delta: ':1}' }),
      at('function_call_arguments.done', 0, { arguments: '{"a":1}' }),
      at('output_item.done', 0, { item: { type: 'function_call', name: 'f', arguments: '{"a":1}' } }),
      at('output_item.done', 1, { item: custom }),
      completed(),
    ]);
    expect(told.filter(({ type }) => type !== 'start')).toEqual([
      {
        type: 'tool-call-start',
        choice: 0,
        block: 0,
        id: 'c1',
        name: 'f',
        extras: { 'openai-responses': { id: 'fc_1' } },
      },
      { type: 'tool-call-delta', choice: 0, block: 0, arguments: '{"a"' },
      { type: 'tool-call-delta', choice: 0, block: 0, arguments: ':1}' },
      {
        type: 'tool-call-start',
        choice: 0,
        block: 1,
        id: 'c2',
        name: 'shell',
        custom: true,
        extras: { 'openai-responses': { id: 'ctc_1' } },
      },
      { type: 'tool-call-delta', choice: 0, block: 1, arguments: 'ls' },
      { type: 'finish', choice: 0, reason: { unified: 'tool-calls', raw: 'completed' } },
    ]);
  });

  it("counts what the vendor's own tools did, each container once", () => {
    const code = (container_id: string, status = 'completed') => ({
      type: 'code_interpreter_call',
      container_id,
      status,
    });
    const files = (status: string) => ({ type: 'file_search_call', status });
    const items = [code('a'), code('a', 'failed'), code('b'), files('completed'), files('failed'), files('incomplete')];
    const { told } = read([
      ...items.map((item, index) => at('output_item.done', index, { item })),
      completed({ usage: { input_tokens: 10, output_tokens: 5 } }),
    ]);
    const [usage] = told.flatMap((event) => (event.type === 'usage' ? [event.usage] : []));
    expect(usage?.units).toEqual({ input: 10, output: 5, containers: 2, file_searches: 2 });
  });

  it('counts containers by what the call says of their size, and no shell of the caller’s own', () => {
    const code = { type: 'code_interpreter', container: { type: 'auto', memory_limit: '4g' } };
    const shell = { type: 'shell', environment: { type: 'container_auto', memory_limit: '16g' } };
    const items = [
      { type: 'code_interpreter_call', container_id: 'a', status: 'completed' },
      { type: 'shell_call', environment: { type: 'container_reference', container_id: 'b' } },
      { type: 'shell_call', environment: { type: 'container_reference', container_id: 'b' } },
    ];
    const counted = (definitions: readonly JsonObject[]) => {
      const tools = definitions.map((definition) => {
        return { type: 'opaque', dialect: 'openai-responses', name: '', definition } as const;
      });
      const output = [...items.map((item, index) => at('output_item.done', index, { item }))];
      const { told } = read(
        [...output, completed({ usage: { input_tokens: 1, output_tokens: 1 } })],
        newAnswer({ ...testCall(), tools }),
      );
      return told.flatMap((event) => (event.type === 'usage' ? [event.usage.units.containers] : []));
    };
    expect(counted([code, shell])).toEqual([20]);
    expect(counted([code, { type: 'shell' }])).toEqual([4]);
  });

  it('counts what pictures took by what the answer says beside its usage, and nothing of zeros', () => {
    const usage = { input_tokens: 10, output_tokens: 5 };
    const counted = (image_gen: JsonObject) => {
      const { told } = read([completed({ usage, tool_usage: { image_gen } })]);
      return told.flatMap((event) => (event.type === 'usage' ? [event.usage] : []))[0];
    };
    const details = (text_tokens: number, image_tokens: number) => ({ text_tokens, image_tokens });
    const image = {
      input_tokens: 7,
      input_tokens_details: details(3, 4),
      output_tokens: 9,
      output_tokens_details: details(0, 9),
    };
    expect(counted(image)).toMatchObject({
      units: { input: 10, output: 5, image_tool_input: 3, image_tool_input_image: 4, image_tool_output_image: 9 },
      raw: { tool_usage: { image_gen: image } },
    });
    expect(counted({ input_tokens: 7, output_tokens: 9 })?.units).toEqual({
      ...{ input: 10, output: 5, image_tool_input_image: 7, image_tool_output_image: 9 },
    });
    const none = { input_tokens: 0, input_tokens_details: details(0, 0), output_tokens: 0 };
    expect(counted(none)).toEqual({ units: { input: 10, output: 5 }, source: 'reported', raw: usage });
  });

  it('tells of a picture before it is done, without its bytes', () => {
    const { told } = read([at('image_generation_call.partial_image', 1, { partial_image_b64: 'AAAA' })]);
    expect(told).toMatchObject([
      { type: 'opaque', data: { type: 'response.image_generation_call.partial_image', output_index: 1 } },
    ]);
    expect(JSON.stringify(told)).not.toContain('AAAA');
  });

  it('tells each source once, and what no dialect shares as it is', () => {
    const url = { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 1, end_index: 2 };
    const file = { type: 'file_citation', file_id: 'file-1', filename: 'a.txt', index: 3 };
    const content = [{ type: 'output_text', text: 'Hi', annotations: [url, file] }];
    const search = { type: 'web_search_call', status: 'completed', action: { type: 'search' } };
    const page = { type: 'web_search_call', status: 'completed', action: { type: 'open_page' } };
    const usage = { input_tokens: 10, output_tokens: 5, note: 'said' };
    const { told } = read([
      at('output_item.done', 0, { item: search }),
      at('output_item.done', 1, { item: page }),
      at('output_text.delta', 2, { content_index: 0, delta: 'Hi' }),
      at('output_text.annotation.added', 2, { content_index: 0, annotation: url }),
      at('output_item.done', 2, { item: { type: 'message', content } }),
      completed({ usage }),
    ]);
    expect(told.filter(({ type }) => type !== 'start')).toEqual([
      { type: 'opaque', choice: 0, dialect: 'openai-responses', data: search },
      { type: 'opaque', choice: 0, dialect: 'openai-responses', data: page },
      { type: 'text-delta', choice: 0, block: 0, text: 'Hi' },
      {
        type: 'citation',
        choice: 0,
        block: 0,
        citation: { type: 'url', url: 'https://a.example', title: 'A', start: 1, end: 2 },
      },
      {
        type: 'citation',
        choice: 0,
        block: 0,
        citation: {
          type: 'document',
          fileId: 'file-1',
          title: 'a.txt',
          extras: { 'openai-responses': { type: 'file_citation', index: 3 } },
        },
      },
      { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'completed' } },
      {
        type: 'usage',
        usage: {
          units: { input: 10, output: 5, searches: 1 },
          source: 'reported',
          raw: { input_tokens: 10, output_tokens: 5 },
        },
      },
    ]);
  });

  it('counts tokens in units that do not overlap', () => {
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 40 },
    };
    const [found] = read([completed({ usage })]).told.filter((event) => event.type === 'usage');
    expect(found?.usage.units).toEqual({
      input: 10,
      input_cached_read: 60,
      input_cache_write_5m: 30,
      output: 10,
      output_reasoning: 40,
    });
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['something_new', 'other'],
  ])('ends an answer that %s cut short', (reason, unified) => {
    const response = { status: 'incomplete', incomplete_details: { reason }, output: [] };
    const { told, state } = read([{ type: 'response.incomplete', response }]);
    expect(told.at(-1)).toEqual({ type: 'finish', choice: 0, reason: { unified, raw: reason } });
    expect(state.ended).toBe(true);
  });

  it('takes the answer from the last event where no other told of it', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }];
    expect(read([completed({ output })]).told).toContainEqual({ type: 'text-delta', choice: 0, block: 0, text: 'Hi' });
  });

  it.each([
    ['an error', { type: 'error', code: 'rate_limit_exceeded', message: 'slow down', param: null }, 'rate_limited'],
    ['an error in an envelope', { type: 'error', error: { code: 'server_error', message: 'oh' } }, 'vendor_error'],
    ['an error without a type', { error: { type: 'overloaded_error', message: 'oh' } }, 'overloaded'],
    ['a failed answer', failed({ code: 'image_too_large', message: 'oh' }), 'invalid_request'],
    ['a forbidden prompt', failed({ code: 'invalid_prompt', message: 'oh' }), 'content_policy'],
    ['a failure without a word', failed(null), 'vendor_error'],
    ['a call without a name', at('output_item.done', 0, { item: { type: 'function_call' } }), 'bad_response'],
    ['something else', { choices: [] }, 'bad_response'],
  ])('fails by %s, whose event is not passed on', (_what, event, failureClass) => {
    const { state, wires } = read([at('output_text.delta', 0, { content_index: 0, delta: 'Hi' }), event]);
    expect(state.failure?.failure.class).toBe(failureClass);
    expect(wires).toHaveLength(1);
  });

  it('counts what a failed answer cost', () => {
    const usage = { input_tokens: 3, output_tokens: 0 };
    const { told } = read([{ type: 'response.failed', response: { status: 'failed', error: { code: 'x' }, usage } }]);
    expect(told).toContainEqual(expect.objectContaining({ type: 'usage' }));
    expect(told.some(({ type }) => type === 'finish')).toBe(false);
  });

  it('passes on what it does not know', () => {
    const unknown = { type: 'response.new_thing.delta', delta: 'x', obfuscation: 'abc' };
    expect(read([unknown])).toMatchObject({ told: [], wires: [unknown] });
  });
});

function failed(error: JsonObject | null): JsonObject {
  return { type: 'response.failed', response: { status: 'failed', error } };
}
