import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { endOpenAiChat, NEW_STREAM, reduceOpenAiChat } from './openai-chat-stream.js';
import type { StreamState } from './openai-chat-stream.js';

const BASE = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1700000000, model: 'gpt-4o-2024-08-06' };

function chunk(delta: JsonObject, rest: JsonObject = {}, top: JsonObject = {}): JsonObject {
  return { ...BASE, choices: [{ index: 0, delta, finish_reason: null, ...rest }], ...top };
}

/** The events of each chunk in turn, after the opening one, and the state that they leave. */
function run(...chunks: readonly JsonObject[]): {
  readonly steps: readonly (readonly AnswerEvent[])[];
  readonly state: StreamState;
} {
  let [state] = reduceOpenAiChat(NEW_STREAM, chunk({ role: 'assistant', content: '' }));
  const steps = chunks.map((next) => {
    const [after, frame] = reduceOpenAiChat(state, next);
    state = after;
    return frame.events;
  });
  return { steps, state };
}

const calls = (...entries: readonly JsonObject[]): JsonObject => ({ tool_calls: entries });

describe('the opening of a stream', () => {
  it('announces the answer once', () => {
    const opening = {
      ...chunk({ role: 'assistant', content: '' }),
      service_tier: 'default',
      system_fingerprint: 'fp_1',
    };
    const [state, frame] = reduceOpenAiChat(NEW_STREAM, opening);
    const extras = { 'openai-chat': { system_fingerprint: 'fp_1', service_tier: 'default' } };
    expect(frame).toEqual({
      events: [
        {
          type: 'start',
          vendorId: 'chatcmpl-1',
          vendorModel: 'gpt-4o-2024-08-06',
          createdAtSeconds: 1700000000,
          extras,
        },
      ],
      wire: { dialect: 'openai-chat', streamed: true, body: opening },
    });
    expect(reduceOpenAiChat(state, opening)[1].events).toEqual([]);
  });

  it('waits for the answer’s names where Azure’s first chunk leaves them empty', () => {
    const first = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [] };
    const [state, frame] = reduceOpenAiChat(NEW_STREAM, first);
    expect(frame.events).toEqual([]);
    expect(reduceOpenAiChat(state, chunk({ content: 'a' }))[1].events[0]).toMatchObject({ vendorId: 'chatcmpl-1' });
  });

  it('does not wait for names that never come', () => {
    const [, frame] = reduceOpenAiChat(NEW_STREAM, { choices: [{ delta: { content: 'x' } }] });
    expect(frame.events).toEqual([{ type: 'start' }, { type: 'text-delta', choice: 0, block: 0, text: 'x' }]);
  });
});

describe('content', () => {
  it('has a block for each run of one kind', () => {
    const { steps } = run(
      chunk({ reasoning_content: 'think' }),
      chunk({ reasoning: ' more' }),
      chunk({ content: 'a' }),
      chunk({ content: 'b' }),
      chunk({ content: null, refusal: 'no' }),
      chunk({ content: 'c' }),
    );
    expect(steps).toEqual([
      [{ type: 'reasoning-delta', choice: 0, block: 0, text: 'think' }],
      [{ type: 'reasoning-delta', choice: 0, block: 0, text: ' more' }],
      [{ type: 'text-delta', choice: 0, block: 1, text: 'a' }],
      [{ type: 'text-delta', choice: 0, block: 1, text: 'b' }],
      [{ type: 'refusal-delta', choice: 0, block: 2, text: 'no' }],
      [{ type: 'text-delta', choice: 0, block: 3, text: 'c' }],
    ]);
  });

  it('takes reasoning once where the vendor sends it under two names, and its proofs', () => {
    const { steps } = run(
      chunk({ reasoning_content: 'x', reasoning: 'x', reasoning_details: [{ type: 'reasoning.text', text: 'x' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', signature: 'sig' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'blob' }] }),
    );
    expect(steps).toEqual([
      [{ type: 'reasoning-delta', choice: 0, block: 0, text: 'x' }],
      [{ type: 'reasoning-delta', choice: 0, block: 0, text: '', signature: 'sig' }],
      [{ type: 'reasoning-delta', choice: 0, block: 0, text: '', redacted: 'blob' }],
    ]);
  });

  it('reads Mistral’s list of parts', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
    const { steps } = run(chunk({ content: [thinking] }), chunk({ content: [{ type: 'text', text: 'a' }] }));
    expect(steps).toEqual([
      [{ type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' }],
      [{ type: 'text-delta', choice: 0, block: 1, text: 'a' }],
    ]);
  });

  it('keeps choices apart', () => {
    const of = (index: number, delta: JsonObject): JsonObject => ({
      ...BASE,
      choices: [{ index, delta, finish_reason: null }],
    });
    const { steps } = run(
      of(1, { content: 'b' }),
      of(0, { content: 'a' }),
      of(1, calls({ index: 0, id: 'c', function: { name: 'f' } })),
    );
    expect(steps).toEqual([
      [{ type: 'text-delta', choice: 1, block: 0, text: 'b' }],
      [{ type: 'text-delta', choice: 0, block: 0, text: 'a' }],
      [{ type: 'tool-call-start', choice: 1, block: 1, id: 'c', name: 'f' }],
    ]);
  });

  it('reads sources, log probabilities and speech', () => {
    const tokens = [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }];
    const source = { url: 'https://a.example', title: 'A', start_index: 0, end_index: 2, content: 'said', rank: 1 };
    const { steps } = run(
      chunk({ content: 'a' }, { logprobs: { content: tokens, refusal: null } }),
      chunk({ audio: { id: 'audio_1', data: 'AA==' }, annotations: [] }),
      chunk({ audio: { transcript: 'hi', expires_at: 9 } }),
      chunk({ annotations: [{ type: 'url_citation', url_citation: source }] }, { logprobs: { refusal: tokens } }),
    );
    expect(steps).toEqual([
      [
        { type: 'text-delta', choice: 0, block: 0, text: 'a' },
        { type: 'logprobs', choice: 0, block: 0, tokens },
      ],
      [{ type: 'audio-delta', choice: 0, block: 1, id: 'audio_1', data: 'AA==' }],
      [{ type: 'audio-delta', choice: 0, block: 1, transcript: 'hi', expiresAtSeconds: 9 }],
      [
        {
          type: 'citation',
          choice: 0,
          block: 0,
          citation: {
            type: 'url',
            url: 'https://a.example',
            title: 'A',
            citedText: 'said',
            start: 0,
            end: 2,
            extras: { 'openai-chat': { rank: 1 } },
          },
        },
        { type: 'logprobs', choice: 0, block: 0, tokens, refusal: true },
      ],
    ]);
  });

  it('carries what has no canonical form', () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }];
    const { steps } = run(
      chunk({ annotations: [{ type: 'brand_new' }], images }, { logprobs: { tokens: ['a'] } }),
      chunk({ content: 'a' }, { logprobs: { content: [], refusal: null } }),
    );
    const opaque = (data: JsonObject) => ({ type: 'opaque', choice: 0, dialect: 'openai-chat', data });
    expect(steps).toEqual([
      [opaque({ annotations: [{ type: 'brand_new' }] }), opaque({ images }), opaque({ logprobs: { tokens: ['a'] } })],
      [{ type: 'text-delta', choice: 0, block: 0, text: 'a' }],
    ]);
  });

  it('knows whose proof of reasoning it is', () => {
    const details = [
      { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'x', format: 'openai-responses-v1', id: 'rs_1', index: 0 },
      { type: 'reasoning.encrypted', data: 'y', format: 'anthropic-claude-v1', index: 0 },
    ];
    const { steps } = run(chunk({ reasoning: 'hm', reasoning_details: details }));
    expect(steps[0]?.map(({ type: _type, ...fields }) => fields)).toEqual([
      { choice: 0, block: 0, text: 'hm' },
      { choice: 0, block: 0, text: '', signature: 's', vendor: 'anthropic' },
      { choice: 0, block: 0, text: '', signature: 'x', id: 'rs_1', vendor: 'openai' },
      { choice: 0, block: 0, text: '', redacted: 'y', vendor: 'anthropic' },
    ]);
  });
});

describe('tool calls', () => {
  const start = (block: number, id: string, name: string) => ({ type: 'tool-call-start', choice: 0, block, id, name });
  const delta = (block: number, written: string) => ({ type: 'tool-call-delta', choice: 0, block, arguments: written });

  it('continue by their index, interleaved', () => {
    const { steps } = run(
      chunk(calls({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } })),
      chunk(calls({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{' } })),
      chunk(calls({ index: 0, function: { arguments: '{"x"' } }, { index: 1, function: { arguments: '}' } })),
      chunk(calls({ index: 0, function: { arguments: ':1}' } })),
    );
    expect(steps).toEqual([
      [start(0, 'a', 'f')],
      [start(1, 'b', 'g'), delta(1, '{')],
      [delta(0, '{"x"'), delta(1, '}')],
      [delta(0, ':1}')],
    ]);
  });

  it('keep their id where continuations have an empty one, the same or another without a name', () => {
    const { steps } = run(
      chunk(calls({ index: 0, id: 'a', function: { name: 'f', arguments: '' } })),
      chunk(calls({ index: 0, id: '', function: { arguments: '1' } })),
      chunk(calls({ index: 0, id: 'a', function: { name: 'f', arguments: '2' } })),
      chunk(calls({ index: 0, id: 'z', function: { name: '', arguments: '3' } })),
    );
    expect(steps).toEqual([[start(0, 'a', 'f')], [delta(0, '1')], [delta(0, '2')], [delta(0, '3')]]);
  });

  it('are told apart by their ids where every one has the index 0, and by their names where they have nothing else', () => {
    const { steps } = run(
      chunk(
        calls(
          { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
          { index: 0, id: 'b', function: { name: 'f', arguments: '[]' } },
        ),
      ),
      chunk(calls({ function: { name: 'h', arguments: '{' } }, { function: { name: 'h', arguments: '(' } })),
      chunk(calls({ function: { arguments: ')' } })),
    );
    expect(steps).toEqual([
      [start(0, 'a', 'f'), delta(0, '{}'), start(1, 'b', 'f'), delta(1, '[]')],
      [start(2, 'call_0_2', 'h'), delta(2, '{'), start(3, 'call_0_3', 'h'), delta(3, '(')],
      [delta(3, ')')],
    ]);
  });

  it('wait for their name', () => {
    const { steps, state } = run(
      chunk(calls({ index: 0, id: 'a', function: { arguments: '{"x"' } })),
      chunk(calls({ index: 0, function: { arguments: ':' } })),
      chunk(calls({ index: 0, function: { name: 'f', arguments: '1' } })),
      chunk(calls({ index: 0, function: { arguments: '}' } })),
    );
    expect(steps).toEqual([[], [], [start(0, 'a', 'f'), delta(0, '{"x":1')], [delta(0, '}')]]);
    expect(endOpenAiChat(state, { done: true, sendsDone: true }).type).toBe('whole');
  });

  it('that never get a name are no answer', () => {
    const { state } = run(
      chunk(calls({ index: 0, id: 'a', function: { arguments: '{}' } }), { finish_reason: 'tool_calls' }),
    );
    expect(endOpenAiChat(state, { done: true, sendsDone: true })).toMatchObject({
      type: 'failed',
      failure: { failure: { class: 'bad_response' } },
    });
  });

  it('may be custom or of the old form, and end a run of text', () => {
    const { steps } = run(
      chunk({ content: 'a' }),
      chunk(calls({ index: 0, id: 'c', type: 'custom', custom: { name: 'sql', input: 'SEL' } })),
      chunk(calls({ index: 0, custom: { input: 'ECT' } })),
      chunk({ content: 'b' }),
      chunk({ function_call: { name: 'old', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }),
    );
    expect(steps).toEqual([
      [{ type: 'text-delta', choice: 0, block: 0, text: 'a' }],
      [{ ...start(1, 'c', 'sql'), custom: true }, delta(1, 'SEL')],
      [delta(1, 'ECT')],
      [{ type: 'text-delta', choice: 0, block: 2, text: 'b' }],
      [start(3, 'call_0_3', 'old')],
      [delta(3, '{}')],
    ]);
  });
});

describe('the end of a choice', () => {
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['insufficient_system_resource', 'other'],
    ['toString', 'other'],
  ])('%s means %s', (raw, unified) => {
    const { steps } = run(chunk({}, { finish_reason: raw }));
    expect(steps).toEqual([[{ type: 'finish', choice: 0, reason: { unified, raw } }]]);
  });

  it('is told once', () => {
    const { steps } = run(chunk({}, { finish_reason: 'stop' }), chunk({}, { finish_reason: 'stop' }));
    expect(steps.map((events) => events.length)).toEqual([1, 0]);
  });
});

describe('usage', () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const event = { type: 'usage', usage: { units: { input: 5, output: 2 }, source: 'reported', raw: usage } };

  it.each<readonly [string, JsonObject, number]>([
    ['in a chunk of its own', { ...BASE, choices: [], usage }, 0],
    ['on the finish chunk', chunk({}, { finish_reason: 'stop' }, { usage }), 1],
    ['without choices at all', { ...BASE, usage }, 0],
    ['under Groq’s name', chunk({}, {}, { x_groq: { id: 'req', usage } }), 0],
  ])('comes %s', (_where, last, before) => {
    expect(run(last).steps[0]?.slice(before)).toEqual([event]);
  });

  it('is absent where it is null', () => {
    expect(run(chunk({ content: '' }, {}, { usage: null })).steps).toEqual([[]]);
  });
});

describe('an error in a chunk', () => {
  it('fails the stream, keeps what it says of usage and shows the caller no chunk', () => {
    const usage = {
      prompt_tokens: 43,
      completion_tokens: 10,
      total_tokens: 53,
      completion_tokens_details: { reasoning_tokens: 11 },
    };
    const error = { code: 400, message: 'Token limit reached' };
    const [state, frame] = reduceOpenAiChat(run().state, chunk({ content: '' }, {}, { usage, error }));
    expect(frame).toMatchObject({
      events: [{ type: 'usage', usage: { units: { input: 43, output: 0, output_reasoning: 11 } } }],
    });
    expect(frame).not.toHaveProperty('wire');
    expect(endOpenAiChat(state, { done: true, sendsDone: true })).toEqual({
      type: 'failed',
      failure: { failure: { class: 'invalid_request' }, detail: { message: 'Token limit reached' } },
    });
  });

  it.each<readonly [JsonObject, string]>([
    [{ error: { message: 'm', type: 'server_error' } }, 'vendor_error'],
    [{ error: 'overloaded' }, 'overloaded'],
    [{ code: 'Throttling.RateQuota', message: 'm', request_id: 'r' }, 'rate_limited'],
    [chunk({}, { finish_reason: 'error' }), 'vendor_error'],
    [{ hello: 'world' }, 'bad_response'],
  ])('%j is %s', (failing, expected) => {
    expect(run(failing).state.failure?.failure.class).toBe(expected);
  });

  it('that is null is none', () => {
    expect(run(chunk({ content: 'a' }, {}, { error: null })).state.failure).toBeUndefined();
  });
});

describe('the end of a stream', () => {
  const finish = chunk({}, { finish_reason: 'stop' });
  const second: JsonObject = { ...BASE, choices: [{ index: 1, delta: { content: 'b' } }] };
  const rows: readonly (readonly [string, readonly JsonObject[], boolean, boolean, string])[] = [
    ['with [DONE]', [finish], true, true, 'whole'],
    ['with [DONE], of a vendor that may leave it out', [finish], true, false, 'whole'],
    ['without [DONE], of a vendor that always sends it', [finish], false, true, 'cut'],
    ['without [DONE], every choice finished', [finish], false, false, 'whole'],
    ['without [DONE], nothing finished', [chunk({ content: 'a' })], false, false, 'cut'],
    ['without [DONE], one of two finished', [second, finish], false, false, 'cut'],
  ];
  it.each(rows)('%s', (_name, chunks, done, sendsDone, expected) => {
    const end = endOpenAiChat(run(...chunks).state, { done, sendsDone });
    expect(end.type === 'whole' ? 'whole' : end.failure.failure.class).toBe(expected);
  });

  it('without anything before it is no answer', () => {
    const classOf = (done: boolean) => endOpenAiChat(NEW_STREAM, { done, sendsDone: false });
    expect(classOf(true)).toMatchObject({ type: 'failed', failure: { failure: { class: 'bad_response' } } });
    expect(classOf(false)).toMatchObject({ type: 'failed', failure: { failure: { class: 'cut' } } });
  });

  it('finishes choices for a vendor that gives no reasons', () => {
    const end = endOpenAiChat(run(chunk({ content: 'a' }, { finish_reason: '' })).state, {
      done: true,
      sendsDone: false,
    });
    expect(end).toEqual({
      type: 'whole',
      frames: [{ events: [{ type: 'finish', choice: 0, reason: { unified: 'other' } }] }],
    });
  });
});

describe('nonsense', () => {
  it.each<Json>([null, 7, 'x', [], {}, [[]], [null], { index: 'a', delta: 7 }])(
    'as choices (%j) does not throw',
    (choices) => {
      expect(() => reduceOpenAiChat(NEW_STREAM, { ...BASE, choices })).not.toThrow();
    },
  );

  it.each<JsonObject>([
    { tool_calls: 'x' },
    { tool_calls: [{ index: -1, id: 7, function: 'f' }] },
    { content: { a: 1 } },
    { content: [7, null, { type: 'odd' }] },
    { reasoning_details: 'x' },
    { function_call: 'auto' },
  ])('as a delta (%j) does not throw', (delta) => {
    expect(() => reduceOpenAiChat(NEW_STREAM, chunk(delta))).not.toThrow();
  });
});
