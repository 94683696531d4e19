import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { Usage } from '../../../workflows/contracts/usage.js';
import { chatMessageSchema } from './chat-message.schema.js';
import type { AssistantMessage } from './chat-message.schema.js';
import { renderAnswer } from './render-answer.js';
import { toCost } from '../shared/cost.js';
import { toAssistantParts } from './to-parts.js';

const REPORTED: Usage = { units: { input: 7, output: 3 }, source: 'reported' };

function summaryOf(usage: Usage = REPORTED): AnswerSummary {
  return { attempt: 1, offerId: 'v/m', vendor: 'v', usage, chargeNanoUsd: '2500' };
}

function render(frames: readonly Frame[], { usage = REPORTED, legacyFunctions = false } = {}) {
  return renderAnswer(frames, {
    requestId: 'r1',
    model: 'asked',
    createdAtSeconds: 5,
    legacyFunctions,
    summary: summaryOf(usage),
  });
}

const ofEvents = (...events: AnswerEvent[]): Frame[] => [{ events }];
const end = (unified: 'stop' | 'tool-calls' | 'refusal', raw?: string): AnswerEvent => ({
  type: 'finish',
  choice: 0,
  reason: { unified, ...(raw !== undefined && { raw }) },
});

describe('renderAnswer: canonical events', () => {
  it('builds a whole answer', () => {
    const frames = ofEvents(
      { type: 'start', vendorId: 'msg_1', vendorModel: 'claude', createdAtSeconds: 9 },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'hm' },
      { type: 'text-delta', choice: 0, block: 1, text: 'Hel' },
      { type: 'text-delta', choice: 0, block: 1, text: 'lo' },
      end('stop', 'end_turn'),
    );
    expect(render(frames)).toEqual({
      id: 'chatcmpl-r1',
      object: 'chat.completion',
      created: 9,
      model: 'claude',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null, reasoning_content: 'hm' },
          logprobs: null,
          finish_reason: 'stop',
          native_finish_reason: 'end_turn',
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, cost: 0.0000025 },
    });
  });

  it('puts interleaved calls and choices where they belong', () => {
    const frames = ofEvents(
      { type: 'tool-call-start', choice: 1, block: 4, id: 'a', name: 'f' },
      { type: 'tool-call-start', choice: 1, block: 5, id: 'b', name: 'g', custom: true },
      { type: 'tool-call-delta', choice: 1, block: 4, arguments: '{"x"' },
      { type: 'tool-call-delta', choice: 1, block: 5, arguments: 'free' },
      { type: 'text-delta', choice: 0, block: 0, text: 'hi' },
      { type: 'tool-call-delta', choice: 1, block: 4, arguments: ':1}' },
      end('stop', 'stop'),
      { type: 'finish', choice: 1, reason: { unified: 'tool-calls', raw: 'tool_use' } },
    );
    expect(render(frames)['choices']).toEqual([
      { index: 0, message: { role: 'assistant', content: 'hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
      {
        index: 1,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', type: 'custom', custom: { name: 'g', input: 'free' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
        native_finish_reason: 'tool_use',
      },
    ]);
  });

  it('answers a caller of functions with function_call', () => {
    const frames = ofEvents(
      { type: 'tool-call-start', choice: 0, block: 0, id: 'a', name: 'f' },
      { type: 'tool-call-delta', choice: 0, block: 0, arguments: '{}' },
      end('tool-calls'),
    );
    expect(render(frames, { legacyFunctions: true })['choices']).toMatchObject([
      { message: { content: null, function_call: { name: 'f', arguments: '{}' } }, finish_reason: 'function_call' },
    ]);
  });

  it('tells a refusal apart from an answer', () => {
    const frames = ofEvents(
      { type: 'refusal-delta', choice: 0, block: 0, text: 'I cannot' },
      end('refusal', 'refusal'),
    );
    expect(render(frames)['choices']).toMatchObject([
      {
        message: { content: null, refusal: 'I cannot' },
        finish_reason: 'content_filter',
        native_finish_reason: 'refusal',
      },
    ]);
  });

  it('gives signed and hidden reasoning in the form that comes back', () => {
    const by = { choice: 0, vendor: 'anthropic', text: '' };
    const frames = ofEvents(
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'a' },
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'b' },
      { ...by, type: 'reasoning-delta', block: 0, signature: 's' },
      { ...by, type: 'reasoning-delta', block: 1, redacted: 'xyz' },
      { ...by, type: 'reasoning-delta', block: 2, vendor: 'openai', id: 'rs_1', signature: 'gAA' },
    );
    const details = [
      { type: 'reasoning.text', text: 'ab', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'xyz', format: 'anthropic-claude-v1', index: 1 },
      { type: 'reasoning.text', text: '', signature: 'gAA', format: 'openai-responses-v1', id: 'rs_1', index: 2 },
    ];
    expect(render(frames)['choices']).toMatchObject([
      { message: { reasoning_content: 'ab', reasoning_details: details } },
    ]);
    const back = chatMessageSchema.parse({ role: 'assistant', content: 'x', reasoning_details: details });
    expect(toAssistantParts(back as AssistantMessage).slice(0, -1)).toEqual([
      { type: 'reasoning', text: 'ab', signature: 's', vendor: 'anthropic' },
      { type: 'reasoning', text: 'xyz', redacted: true, vendor: 'anthropic' },
      { type: 'reasoning', text: '', signature: 'gAA', vendor: 'openai', id: 'rs_1' },
    ]);
  });

  it('says what the text rests on', () => {
    const frames = ofEvents(
      { type: 'text-delta', choice: 0, block: 0, text: 'Well. ' },
      { type: 'text-delta', choice: 0, block: 1, text: 'It rains.' },
      { type: 'citation', choice: 0, block: 1, citation: { type: 'url', url: 'u', citedText: 'rain' } },
      { type: 'citation', choice: 0, block: 1, citation: { type: 'url', url: 'v', title: 'V', start: 3, end: 8 } },
      {
        ...{ type: 'citation', choice: 0, block: 0 },
        citation: { type: 'document', document: 0, title: 'D', unit: 'page', start: 2, end: 3 },
      },
    );
    expect(render(frames)['choices']).toMatchObject([
      {
        message: {
          annotations: [
            {
              type: 'url_citation',
              url_citation: { url: 'u', title: '', start_index: 6, end_index: 15, content: 'rain' },
            },
            { type: 'url_citation', url_citation: { url: 'v', title: 'V', start_index: 9, end_index: 14 } },
            {
              type: 'document_citation',
              document_citation: {
                ...{ document_index: 0, title: 'D', unit: 'page', source_start: 2, source_end: 3 },
                ...{ start_index: 0, end_index: 6 },
              },
            },
          ],
        },
      },
    ]);
  });

  it('gives log probabilities and speech whole', () => {
    const token = (word: string) => ({ token: word, logprob: -1, bytes: null, top_logprobs: [] });
    const frames = ofEvents(
      { type: 'logprobs', choice: 0, block: 0, tokens: [token('a')] },
      { type: 'logprobs', choice: 0, block: 0, tokens: [token('b')] },
      { type: 'audio-delta', choice: 0, block: 1, id: 'audio_1', transcript: 'he' },
      { type: 'audio-delta', choice: 0, block: 1, data: 'AA==', transcript: 'y' },
      { type: 'audio-delta', choice: 0, block: 1, data: 'AQI=', expiresAtSeconds: 9 },
    );
    expect(render(frames)['choices']).toEqual([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          audio: { id: 'audio_1', data: 'AAEC', transcript: 'hey', expires_at: 9 },
        },
        logprobs: { content: [token('a'), token('b')], refusal: null },
        finish_reason: null,
      },
    ]);
  });

  it('tells once of content that only its vendor knows', () => {
    const opaque: AnswerEvent = { type: 'opaque', choice: 0, dialect: 'anthropic-messages', data: {} };
    const warning = { type: 'ignored', feature: 'content' };
    expect(render(ofEvents(opaque, opaque))['warnings']).toMatchObject([warning]);
    const own: AnswerEvent = { ...opaque, dialect: 'openai-chat' };
    const frames: Frame[] = [{ events: [own], wire: { dialect: 'openai-chat', streamed: false, body: {} } }];
    expect(render(frames)).not.toHaveProperty('warnings');
  });

  it('lists warnings', () => {
    const warning = { type: 'ignored', feature: 'seed', detail: 'The vendor has none.' } as const;
    expect(render(ofEvents({ type: 'warning', warning }))['warnings']).toEqual([warning]);
  });
});

describe('renderAnswer: usage', () => {
  it('counts cached and audio tokens into the prompt, and reasoning into the completion', () => {
    const units = {
      input: 1,
      input_cached_read: 10,
      input_cache_write_5m: 100,
      input_cache_write_1h: 1000,
      input_audio: 10_000,
      output: 2,
      output_reasoning: 20,
    };
    expect(render([], { usage: { units, source: 'reported' } })['usage']).toEqual({
      prompt_tokens: 11_111,
      completion_tokens: 22,
      total_tokens: 11_133,
      prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 1100, audio_tokens: 10_000 },
      completion_tokens_details: { reasoning_tokens: 20 },
      cost: 0.0000025,
    });
  });

  it('never says 0 for what was not reported, and says so where we counted', () => {
    expect(render([], { usage: { units: {}, source: 'none' } })['usage']).toEqual({ cost: 0.0000025 });
    expect(render([], { usage: { units: { output: 0 }, source: 'counted' } })['usage']).toEqual({
      completion_tokens: 0,
      estimated: true,
      cost: 0.0000025,
    });
  });

  it.each([
    ['0', 0],
    ['1', 1e-9],
    ['150000', 0.00015],
    ['123456789', 0.123456789],
    ['8000000123456789', 8000000.123456789],
  ])('gives %s units of 1e-9 USD as %d', (amount, cost) => {
    expect(toCost(amount)).toBe(cost);
  });
});

describe('renderAnswer: a vendor of this dialect', () => {
  const vendorUsage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, cost: 9, extra: { a: 1 } };
  const body = {
    id: 'chatcmpl-vendor',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-x',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'hi', annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: vendorUsage,
    x_vendor: { id: 'x' },
  };

  it('keeps every field of its answer, and tells our cost instead of its own', () => {
    const frames: Frame[] = [{ events: [], wire: { dialect: 'openai-chat', streamed: false, body } }];
    expect(render(frames)).toEqual({ ...body, usage: { ...vendorUsage, cost: 0.0000025 } });
  });

  it('puts a streamed answer together', () => {
    const delta = (fields: JsonObject, finish: string | null = null, more: JsonObject = {}): Frame => ({
      events: [],
      wire: {
        dialect: 'openai-chat',
        streamed: true,
        body: {
          id: 'c',
          object: 'chat.completion.chunk',
          created: 1,
          model: 'gpt-x',
          obfuscation: 'zz',
          service_tier: 'default',
          choices: [{ index: 0, delta: fields, logprobs: null, finish_reason: finish, ...more }],
          usage: null,
        },
      },
    });
    const call = (fields: JsonObject): JsonObject => ({ tool_calls: [{ index: 0, ...fields }] });
    const frames: Frame[] = [
      delta({ role: 'assistant', content: '' }),
      delta({ reasoning_content: 'h' }),
      delta({ reasoning_content: 'm' }, null, { logprobs: { content: [{ token: 'a' }] } }),
      delta(call({ id: 'a', type: 'function', function: { name: 'f', arguments: '' } }), null, {
        logprobs: { content: [{ token: 'b' }] },
      }),
      // Qwen repeats an empty id, which must not overwrite the call's own.
      delta(call({ id: '', function: { arguments: '{"x"' } })),
      delta(call({ function: { arguments: ':1}' } })),
      delta({}, 'tool_calls'),
      {
        events: [],
        wire: {
          dialect: 'openai-chat',
          streamed: true,
          body: { id: 'c', created: 1, model: 'gpt-x', choices: [], usage: vendorUsage },
        },
      },
    ];
    expect(render(frames)).toEqual({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-x',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            refusal: null,
            reasoning_content: 'hm',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
          },
          logprobs: { content: [{ token: 'a' }, { token: 'b' }] },
          finish_reason: 'tool_calls',
        },
      ],
      service_tier: 'default',
      usage: { ...vendorUsage, cost: 0.0000025 },
    });
  });
});
