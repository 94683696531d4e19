import { describe, expect, it } from 'vitest';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { calls, HAIKU_3, HELLO, OPUS_47, result, say, SONNET_45, testAttempt, translate } from './test-attempt.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';

const OPUS_46 = 'claude-opus-4-6';
const OPUS_5 = 'claude-opus-5';
const OPUS_55 = 'claude-opus-5-5';
const SONNET_4 = 'claude-sonnet-4-20250514';

const fromBody = (body: JsonObject, fields: Partial<ChatCall> = {}) =>
  ({ source: { dialect: 'openai-chat', body }, ...fields }) as const;

describe('a call', () => {
  it('becomes the least that the vendor needs', () => {
    expect(translate({})).toEqual({
      body: { model: SONNET_45, max_tokens: 8000, stream: false, messages: [HELLO] },
      warnings: [],
      warned: [],
    });
    expect(translate({ stream: true }).body.stream).toBe(true);
  });

  it('for several answers is refused', () => {
    expect(() => translate({ choices: 2 })).toThrow(ProviderFailure);
  });

  it('names its end user', () => {
    expect(translate({ endUser: 'u-1' }).body.metadata).toEqual({ user_id: 'u-1' });
    expect(translate({ endUser: '' }).body).not.toHaveProperty('metadata');
    expect(translate({ endUser: 'x'.repeat(257) })).toMatchObject({ warned: ['unsupported user'] });
  });

  it('has stop sequences that say something', () => {
    expect(translate({ stop: ['\n', 'END'] })).toMatchObject({
      body: { stop_sequences: ['END'] },
      warned: ['unsupported stop'],
    });
    expect(translate({ stop: ['\n'] }).body).not.toHaveProperty('stop_sequences');
    expect(translate({ stop: ['END'] }).warned).toEqual([]);
  });
});

describe('the cap', () => {
  it.each<readonly [JsonObject, number | undefined, number, readonly string[]]>([
    [{}, undefined, 8000, []],
    [{ max_tokens: 500 }, 500, 500, []],
    [{ max_tokens: 8000 }, 8000, 8000, []],
    [{ max_tokens: 9000 }, 9000, 8000, ['changed max_tokens']],
    [{ max_completion_tokens: 9000, max_tokens: null }, 9000, 8000, ['changed max_completion_tokens']],
  ])('of %j is the least', (body, maxOutputTokens, sent, warnings) => {
    const fields = fromBody(body, maxOutputTokens === undefined ? {} : { maxOutputTokens });
    const { body: request, warned } = translate(fields);
    expect([request.max_tokens, warned]).toEqual([sent, warnings]);
  });
});

describe('sampling', () => {
  type Asked = Pick<ChatCall, 'temperature' | 'topP'>;

  it.each<readonly [string, Asked, object, readonly string[]]>([
    [SONNET_4, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, top_p: 0.9 }, []],
    [SONNET_4, { temperature: 1.5 }, { temperature: 1 }, ['changed temperature']],
    [SONNET_45, { temperature: 0.5 }, { temperature: 0.5 }, []],
    [SONNET_45, { topP: 0.9 }, { top_p: 0.9 }, []],
    [SONNET_45, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ['unsupported top_p']],
    [SONNET_45, { temperature: 0.5, topP: 1 }, { temperature: 0.5 }, []],
    [SONNET_45, { temperature: 1, topP: 0.9 }, { top_p: 0.9 }, []],
    [OPUS_47, { temperature: 0.5, topP: 0.9 }, {}, ['unsupported temperature', 'unsupported top_p']],
    [OPUS_47, { temperature: 1, topP: 1 }, {}, []],
    ['some-other-model', { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, top_p: 0.9 }, []],
  ])('at %s of %j is %j', (model, asked, sent, warnings) => {
    const { body, warned } = translate(asked, model);
    const { temperature, top_p } = body;
    expect({ ...(temperature !== undefined && { temperature }), ...(top_p !== undefined && { top_p }) }).toEqual(sent);
    expect(warned).toEqual(warnings);
  });

  it('is fixed by thinking', () => {
    const thinking = translate({ temperature: 0.5, topP: 0.9, reasoningEffort: 'low' });
    expect(thinking.warned).toEqual(['unsupported temperature', 'unsupported top_p']);
    expect(thinking.body).not.toHaveProperty('temperature');
    expect(translate({ topP: 0.97, reasoningEffort: 'low' })).toMatchObject({ body: { top_p: 0.97 }, warned: [] });
  });
});

describe('reasoning effort', () => {
  it.each<readonly [string, string, object, readonly string[]]>([
    [SONNET_45, 'low', { thinking: { type: 'enabled', budget_tokens: 1600 } }, []],
    [SONNET_45, 'high', { thinking: { type: 'enabled', budget_tokens: 6400 } }, []],
    [SONNET_45, 'minimal', { thinking: { type: 'enabled', budget_tokens: 1024 } }, []],
    [SONNET_45, 'none', {}, []],
    [SONNET_45, 'odd', {}, ['unsupported reasoning_effort']],
    [HAIKU_3, 'low', {}, ['unsupported reasoning_effort']],
    [OPUS_46, 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, []],
    [
      OPUS_46,
      'xhigh',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      ['changed reasoning_effort'],
    ],
    [
      OPUS_46,
      'minimal',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      ['changed reasoning_effort'],
    ],
    [
      OPUS_47,
      'xhigh',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } },
      [],
    ],
    [OPUS_47, 'none', {}, []],
    [OPUS_5, 'none', { thinking: { type: 'disabled' } }, []],
    [OPUS_55, 'none', { output_config: { effort: 'low' } }, ['changed reasoning_effort']],
  ])('at %s of %s', (model, reasoningEffort, sent, warnings) => {
    const { body, warned } = translate({ reasoningEffort }, model);
    const { thinking, output_config } = body;
    expect({ ...(thinking && { thinking }), ...(output_config && { output_config }) }).toEqual(sent);
    expect(warned).toEqual(warnings);
  });

  it('asks for no budget that the cap has no room for', () => {
    const { body, warned } = translate({ reasoningEffort: 'high' }, SONNET_45, { maxOutputTokens: 1100 });
    expect(body).not.toHaveProperty('thinking');
    expect(warned).toEqual(['unsupported reasoning_effort']);
    const least = translate({ reasoningEffort: 'low', maxOutputTokens: 1200 });
    expect(least.body).toMatchObject({ max_tokens: 1200, thinking: { budget_tokens: 1024 } });
  });

  it('by a budget does not begin in the middle of tool calls', () => {
    const messages = [HELLO, say('assistant', calls('a')), result('a', 'x')];
    const ask = { messages, tools: [{ type: 'function', name: 'f' }], reasoningEffort: 'low' } as const;
    expect(translate(ask)).toMatchObject({ warned: ['unsupported reasoning_effort'] });
    expect(translate(ask, OPUS_46).warned).toEqual([]);
    const thought = { type: 'reasoning', text: 'hm', signature: 's', vendor: 'anthropic' } as const;
    const whole = [HELLO, say('assistant', thought, calls('a')), result('a', 'x')];
    expect(translate({ ...ask, messages: whole })).toMatchObject({
      body: { thinking: { type: 'enabled' } },
      warned: [],
    });
  });
});

describe('properties that the Messages API has not', () => {
  it.each<readonly [string, JsonObject[string]]>([
    ['logit_bias', { '1': 1 }],
    ['seed', 7],
    ['logprobs', true],
    ['web_search_options', {}],
    ['audio', { voice: 'alloy', format: 'wav' }],
    ['service_tier', 'flex'],
  ])('%s is told of', (property, value) => {
    expect(translate(fromBody({ [property]: value })).warned).toEqual([`unsupported ${property}`]);
  });

  it('and that would make another answer are refused', () => {
    expect(() => translate(fromBody({ modalities: ['text', 'audio'] }))).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ param: 'modalities' }) as unknown }) as Error,
    );
  });

  it('and that the gateway has not, are told of', () => {
    expect(translate(fromBody({ mood: 'good' })).warned).toEqual(['ignored mood']);
  });

  it.each<readonly [string, JsonObject[string]]>([
    ['logprobs', false],
    ['seed', null],
    ['modalities', ['text']],
    ['metadata', {}],
    ['service_tier', 'auto'],
    ['frequency_penalty', 0],
  ])('%s as %j asks for nothing', (property, value) => {
    expect(translate(fromBody({ [property]: value })).warned).toEqual([]);
  });

  it('are told of to callers of other dialects, as far as the canonical form knows them', () => {
    const source = { dialect: 'openai-responses', body: { seed: 1 } } as const;
    expect(translate({ source, seed: 1, presencePenalty: 0.5 }).warned).toEqual([
      'unsupported presence_penalty',
      'unsupported seed',
    ]);
  });
});

describe('a caller of the same dialect', () => {
  const ask = (body: JsonObject, maxOutputTokens = 8000) => {
    const source = { dialect: 'anthropic-messages', body } as const;
    const cap = typeof body['max_tokens'] === 'number' ? { maxOutputTokens: body['max_tokens'] } : {};
    return toAnthropicMessages(testAttempt({ source, stream: true, ...cap }, SONNET_45, { maxOutputTokens }));
  };

  it('has its own body sent, unknown fields included', () => {
    const body = {
      model: 'mine',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'hi' }],
      top_k: 5,
      mood: { a: [1] },
    };
    expect(ask(body)).toMatchObject({
      body: { ...body, model: SONNET_45, max_tokens: 100, stream: true },
      warnings: [],
    });
  });

  it('has its budget for thinking fit the cap', () => {
    const thinking = { type: 'enabled', budget_tokens: 9000 };
    const lowered = ask({ max_tokens: 10_000, thinking });
    expect(lowered.body).toMatchObject({ max_tokens: 8000, thinking: { type: 'enabled', budget_tokens: 4000 } });
    expect(lowered.warnings.map(({ feature }) => feature)).toEqual(['max_tokens', 'thinking']);
    expect(ask({ max_tokens: 10_000, thinking }, 1024).body).toMatchObject({ thinking: { type: 'disabled' } });
    const fitting = { type: 'enabled', budget_tokens: 2000 };
    expect(ask({ max_tokens: 8000, thinking: fitting })).toMatchObject({ body: { thinking: fitting }, warnings: [] });
  });
});
