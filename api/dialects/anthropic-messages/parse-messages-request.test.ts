import { describe, expect, it } from 'vitest';
import { parseMessagesRequest } from './parse-messages-request.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const USER = { role: 'user', content: 'Hi' };
const BODY = { model: 'm', max_tokens: 100, messages: [USER] };

function problem(fields: object, betas: readonly string[] = []): string | undefined {
  const parsed = parseMessagesRequest({ ...BODY, ...fields }, { betas });
  return parsed.ok ? undefined : parsed.error.message;
}

const said = (...content: readonly object[]) => ({ messages: [{ role: 'user', content }] });
const image = (source: object) => said({ type: 'image', source });
const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'x' });
const talk = (...turns: readonly (readonly object[])[]) => ({
  messages: turns.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
});
const TEXT = { type: 'text', text: 'Hi' };
const TOOL = { name: 'f', input_schema: { type: 'object' } };

describe('a request is accepted', () => {
  it.each<[string, object]>([
    ['as small as it can be', {}],
    ['with a first word of the assistant', { messages: [{ role: 'assistant', content: 'I' }, USER] }],
    ['with roles in a row', { messages: [USER, USER, { role: 'assistant', content: 'x' }, USER] }],
    ['with instructions in the middle', { messages: [USER, { role: 'system', content: 'Be brief.' }] }],
    [
      'with instructions between a call and its result',
      {
        messages: [
          USER,
          { role: 'assistant', content: [call('a')] },
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: [result('a')] },
        ],
      },
    ],
    ['with an empty last word of the assistant', { messages: [USER, { role: 'assistant', content: '' }] }],
    ['with an image', image({ type: 'base64', media_type: 'image/png', data: PNG })],
    ['with a source of a kind that is not known', image({ type: 'hologram', id: 7 })],
    ['with a block of a type that is not known', said({ type: 'novelty', anything: [1] })],
    ['with calls and their results', talk([TEXT], [call('a'), call('b')], [result('b'), result('a')])],
    ['with an id that is used again later', talk([TEXT], [call('a')], [result('a')], [call('a')], [result('a')])],
    ['with a tool of the vendor', { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 1 }] }],
    ['with a choice that is not known', { tools: [TOOL], tool_choice: { type: 'novel' } }],
    ['with unknown fields', { novelty: { a: 1 } }],
    ['with models to fall back on instead of one', { model: undefined, models: ['a', 'b'] }],
    ['to warm a cache', { max_tokens: 0 }],
  ])('%s', (_name, fields) => {
    expect(problem(fields)).toBeUndefined();
  });

  it('with a budget above the cap where thinking is interleaved', () => {
    const fields = { thinking: { type: 'enabled', budget_tokens: 5_000 } };
    expect(problem(fields, ['interleaved-thinking-2025-05-14'])).toBeUndefined();
  });

  it('without a cap where tokens are counted', () => {
    const body = { model: 'm', messages: [USER] };
    expect(parseMessagesRequest(body, { betas: [], counting: true }).ok).toBe(true);
  });
});

describe('a request is refused at its place', () => {
  it.each<[string, object]>([
    ['max_tokens: Field required', { max_tokens: undefined }],
    ['max_tokens: Input should be a valid integer', { max_tokens: 1.5 }],
    ['max_tokens: Input should be greater than or equal to 0', { max_tokens: -1 }],
    ['model: Field required', { model: undefined }],
    ['model: Input should be text without control characters', { model: 'a\nb' }],
    ['messages: Field required', { messages: undefined }],
    ['messages: at least one message is required', { messages: [] }],
    [
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
      { messages: [{ role: 'king', content: 'x' }] },
    ],
    [
      'messages.0: all messages must have non-empty content except for the optional final assistant message',
      { messages: [{ role: 'user', content: '' }] },
    ],
    [
      'messages.0.content: Input should be a valid string or a valid list',
      { messages: [{ role: 'user', content: 7 }] },
    ],
    ['messages.0.content.0.type: Field required', said({})],
    ['messages.0.content.0: Input should be a valid dictionary', { messages: [{ role: 'user', content: ['x'] }] }],
    ['messages.0.content.1.text: Field required', said(TEXT, { type: 'text' })],
    ['messages.0.content.0.text: String should have at least 1 character', said({ type: 'text', text: '' })],
    ['messages.0.content.0.source: Field required', said({ type: 'image' })],
    [
      "messages.0.content.0.source.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
      image({ type: 'base64', media_type: 'image/bmp', data: PNG }),
    ],
    [
      'messages.0.content.0.source.data: Input should be valid base64',
      image({ type: 'base64', media_type: 'image/png', data: '***' }),
    ],
    [
      'messages.0.content.0.source.data: Input should be base64 alone, without the beginning of a data URL',
      image({ type: 'base64', media_type: 'image/png', data: `data:image/png;base64,${PNG}` }),
    ],
    [
      'messages.0.content.0.source.data: Could not process image: the data is of none of the formats that are read',
      image({ type: 'base64', media_type: 'image/png', data: 'aGVsbG8=' }),
    ],
    [
      'messages.0.content.0.source.data: The image was specified using the image/jpeg media type, but the image appears to be a image/png image',
      image({ type: 'base64', media_type: 'image/jpeg', data: PNG }),
    ],
    [
      "messages.0.content.0.source.media_type: Input should be 'application/pdf'",
      said({ type: 'document', source: { type: 'base64', media_type: 'text/html', data: 'aGVsbG8=' } }),
    ],
    [
      'messages.2.content.0.content.0.text: Field required',
      talk([TEXT], [call('a')], [{ ...result('a'), content: [{ type: 'text' }] }]),
    ],
    ["messages.1.content.0.id: String should match pattern '^[a-zA-Z0-9_-]+$'", talk([TEXT], [call('a b')])],
    ['messages.1.content.1.id: `tool_use` ids must be unique', talk([TEXT], [call('a'), call('a')], [result('a')])],
    [
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: b. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
      talk([TEXT], [call('a'), call('b')], [result('a')]),
    ],
    [
      'messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
      talk([result('a')]),
    ],
    [
      'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
      { messages: [USER, { role: 'system', content: 'Be brief.' }, { role: 'user', content: [result('a')] }] },
    ],
    ['messages.0.content.0: `tool_use` blocks can only be in `assistant` messages', talk([call('a')])],
    ['messages.1.content.0: `tool_result` blocks can only be in `user` messages', talk([TEXT], [result('a')])],
    ['system.0.text: Field required', { system: [{ type: 'text' }] }],
    ['tools.0: Input should be a valid dictionary', { tools: ['f'] }],
    ['tools.0.input_schema: Field required', { tools: [{ name: 'f' }] }],
    [
      "tools.0.input_schema.type: Input should be 'object'",
      { tools: [{ name: 'f', input_schema: { type: 'string' } }] },
    ],
    ['tools: Tool names must be unique.', { tools: [TOOL, TOOL] }],
    ['tool_choice: tool_choice may only be specified while providing tools', { tool_choice: { type: 'any' } }],
    [
      'tool_choice.name: The tool that it names is not in `tools`. Add it there or name another',
      { tools: [TOOL], tool_choice: { type: 'tool', name: 'g' } },
    ],
    [
      'thinking.budget_tokens: Input should be greater than or equal to 1024',
      { thinking: { type: 'enabled', budget_tokens: 10 } },
    ],
    [
      'max_tokens: `max_tokens` must be greater than `thinking.budget_tokens`',
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
    ],
    ['temperature: Input should be less than or equal to 1', { temperature: 1.5 }],
    ['stream: Input should be a valid boolean', { stream: 'yes' }],
    ['metadata.user_id: String should have at most 4096 characters', { metadata: { user_id: 'x'.repeat(4_097) } }],
    [
      "speed: Only 'standard' is served here: 'fast' costs more than the prices that this gateway reckons with",
      { speed: 'fast' },
    ],
    [
      "fallbacks: Which models may stand in is this gateway's part: name them in 'models'. Leave the field out",
      { fallbacks: [{ model: 'x' }] },
    ],
    [
      'thread: Conversations are not held here between requests. Send all messages with each of them.',
      { thread: { type: 'create' } },
    ],
    ['The body has a number too large to be carried. Send numbers below 1e308.', { novelty: Infinity }],
  ])('%s', (message, fields) => {
    expect(problem(fields)).toBe(message);
  });

  it.each([undefined, null, 7, 'x', []])('%o is no body', (body) => {
    expect(parseMessagesRequest(body, { betas: [] })).toMatchObject({ ok: false });
  });

  it('where it is nested so deeply that it could not be written out again', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as object;
    expect(problem({ novelty: deep })).toMatch(/nested too deeply/);
  });

  it('without a word of what was said', () => {
    const secret = 'a secret';
    for (const fields of [said({ type: 'text', text: { secret } }), { tools: [{ name: secret }] }]) {
      expect(problem(fields)).not.toContain(secret);
    }
  });
});
