import { describe, expect, it } from 'vitest';
import { parseChatRequest } from './parse-chat-request.js';
import { LIMITS } from '../shared/request-limits.js';

const HELLO = { role: 'user', content: 'hello' };

function refusal(fields: Record<string, unknown>) {
  const result = parseChatRequest({ model: 'm', messages: [HELLO], ...fields });
  return result.ok ? 'accepted' : result.error;
}

function accepted(fields: Record<string, unknown>): boolean {
  return parseChatRequest({ model: 'm', messages: [HELLO], ...fields }).ok;
}

describe('parseChatRequest', () => {
  it.each([
    [{ model: undefined }, 'model', 'missing_required_parameter'],
    [{ model: 3 }, 'model', 'invalid_type'],
    [{ model: '' }, 'model', 'empty_string'],
    [{ model: 'a\0b' }, 'model', 'invalid_value'],
    [{ model: 'x'.repeat(257) }, 'model', 'string_above_max_length'],
    [{ messages: undefined }, 'messages', 'missing_required_parameter'],
    [{ messages: [] }, 'messages', 'empty_array'],
    [{ messages: 'hello' }, 'messages', 'invalid_type'],
    [{ messages: [HELLO, 3] }, 'messages[1]', 'invalid_type'],
    [{ messages: [{ content: '' }] }, 'messages[0].role', 'missing_required_parameter'],
    [{ messages: [{ role: 'boss', content: '' }] }, 'messages[0].role', 'invalid_value'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter'],
    [{ messages: [{ role: 'user', content: 3 }] }, 'messages[0].content', 'invalid_type'],
    [{ messages: [{ role: 'user', content: [] }] }, 'messages[0].content', 'empty_array'],
    [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, 'messages[0].content[0].type', 'invalid_value'],
    [{ n: 0 }, 'n', 'integer_below_min_value'],
    [{ n: 129 }, 'n', 'integer_above_max_value'],
    [{ n: 1.5 }, 'n', 'invalid_type'],
    [{ max_tokens: 0 }, 'max_tokens', 'integer_below_min_value'],
    [{ max_completion_tokens: -1 }, 'max_completion_tokens', 'integer_below_min_value'],
    [{ temperature: 2.5 }, 'temperature', 'decimal_above_max_value'],
    [{ top_p: -0.5 }, 'top_p', 'decimal_below_min_value'],
    [{ seed: 1e19 }, 'seed', 'integer_above_max_value'],
    [{ stream: 'yes' }, 'stream', 'invalid_type'],
    [{ stop: [3] }, 'stop[0]', 'invalid_type'],
    [{ user: '\ud800' }, 'user', 'invalid_value'],
    [{ metadata: { a: 1 } }, 'metadata.a', 'invalid_type'],
    [{ metadata: { a: 'x'.repeat(513) } }, 'metadata.a', 'string_above_max_length'],
    [{ metadata: { ['k'.repeat(65)]: '' } }, 'metadata', 'string_above_max_length'],
    [{ metadata: { 'k\0': '' } }, 'metadata', 'invalid_value'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ''])) },
      'metadata',
      'object_above_max_properties',
    ],
    [{ tools: [{ type: 'function', function: { name: 'a b' } }] }, 'tools[0].function.name', 'invalid_value'],
    [{ tools: [{ type: 'web_search' }] }, 'tools[0].type', 'invalid_value'],
    [{ tool_choice: 'any' }, 'tool_choice', 'invalid_value'],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, 'tool_choice', 'invalid_value'],
    [{ function_call: { name: 'f' } }, 'function_call', 'invalid_value'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema', 'missing_required_parameter'],
    [{ service_tier: 'priority' }, 'service_tier', 'unsupported_value'],
    [{ models: [] }, 'models', 'empty_array'],
    [{ models: Array(9).fill('m') }, 'models', 'array_above_max_length'],
    [{ on_disconnect: 'wait' }, 'on_disconnect', 'invalid_value'],
  ])('refuses %j at %s as %s', (fields, param, code) => {
    expect(refusal(fields)).toMatchObject({ param, code, message: expect.stringContaining(`'${param}'`) });
  });

  it('names the path of a field deep inside a message', () => {
    const image = { type: 'image_url', image_url: { url: 'ftp://host/cat.png' } };
    expect(refusal({ messages: [HELLO, { role: 'user', content: [{ type: 'text', text: '' }, image] }] })).toEqual({
      message:
        "Invalid 'messages[1].content[1].image_url.url': expected an http(s) URL or data:<media type>;base64,<data>.",
      param: 'messages[1].content[1].image_url.url',
      code: 'invalid_value',
    });
  });

  it('takes models with or without a model', () => {
    expect(accepted({ model: undefined, models: ['a', 'b'] })).toBe(true);
    expect(accepted({ models: ['a', 'b'] })).toBe(true);
  });

  it('takes null for every optional property that the specification lets be null', () => {
    const nulls = [
      'n',
      'stop',
      'stream',
      'temperature',
      'top_p',
      'max_tokens',
      'metadata',
      'stream_options',
      'seed',
      'logit_bias',
    ];
    expect(refusal(Object.fromEntries(nulls.map((name) => [name, null])))).toBe('accepted');
  });

  it('echoes nothing of a message, and only a short and printable part of any other value', () => {
    const secret = 'the patient is called';
    const wrong = refusal({ messages: [{ role: 'user', content: { text: secret } }] });
    expect(JSON.stringify(wrong)).not.toContain('patient');
    const long = refusal({ tool_choice: `\u0007${'x'.repeat(10_000)}` });
    expect(JSON.stringify(long).length).toBeLessThan(400);
    expect(JSON.stringify(long)).not.toContain('u0007');
  });

  it.each([[null], ['text'], [[]], [3], [undefined]])('refuses a body that is %j', (body) => {
    expect(parseChatRequest(body)).toMatchObject({ ok: false, error: { param: null, code: 'invalid_type' } });
  });
});

describe('tool messages', () => {
  const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
  const assistant = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map(call) });
  const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'ok' });

  it('takes results in any order, and an id used again in a later turn', () => {
    expect(accepted({ messages: [assistant('a', 'b'), result('b'), result('a'), assistant('a'), result('a')] })).toBe(
      true,
    );
  });

  it('refuses two calls of one message under one id', () => {
    expect(refusal({ messages: [assistant('a', 'a')] })).toMatchObject({ param: 'messages[0].tool_calls[1].id' });
  });

  it('refuses a result whose call is nowhere before it', () => {
    expect(refusal({ messages: [assistant('a'), result('b')] })).toMatchObject({ param: 'messages[1].tool_call_id' });
    expect(refusal({ messages: [result('a'), assistant('a')] })).toMatchObject({ param: 'messages[0].tool_call_id' });
  });
});

describe('bounds', () => {
  it('reads 10,000 messages', () => {
    const messages = Array.from({ length: 10_000 }, (_, i) => ({
      role: 'user',
      content: [{ type: 'text', text: `${i}` }],
    }));
    expect(accepted({ messages })).toBe(true);
  });

  it('refuses more messages than it reads', () => {
    const messages = Array(LIMITS.messages + 1).fill(HELLO);
    expect(refusal({ messages })).toMatchObject({ param: 'messages', code: 'array_above_max_length' });
  });

  it('refuses a nesting that JSON.stringify would die of', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(refusal({ unknown: deep })).toMatchObject({ message: expect.stringContaining('nested too deeply') });
  });

  it('refuses more values than it walks, and numbers that JSON cannot carry on', () => {
    expect(refusal({ unknown: Array(LIMITS.values).fill(1) })).toMatchObject({
      message: expect.stringContaining('too many values'),
    });
    expect(refusal({ unknown: JSON.parse('[1e999]') })).toMatchObject({ code: 'invalid_value' });
  });

  it('carries NUL and lone surrogates in content, which rests as bytes', () => {
    expect(accepted({ messages: [{ role: 'user', content: 'a\0b\ud800' }] })).toBe(true);
  });
});
