import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import { parseChatRequest } from './parse-chat-request.js';
import type { ParsedChatRequest } from './parse-chat-request.js';
import { toRequestOptions } from './request-options.js';
import { toChatCall } from './to-chat-call.js';

const HELLO = { role: 'user', content: 'hello' };

function parsed(fields: Record<string, unknown>): ParsedChatRequest {
  const result = parseChatRequest({ model: 'm', messages: [HELLO], ...fields });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.request;
}

const call = (fields: Record<string, unknown>): ChatCall => toChatCall(parsed(fields));
const contentOf = (...messages: unknown[]) => call({ messages }).messages.map((message) => message.content);

describe('toChatCall: parameters', () => {
  it('says nothing of what was not asked for', () => {
    expect(call({ temperature: null, stop: null, tools: null })).toEqual({
      kind: 'chat',
      source: {
        dialect: 'openai-chat',
        body: { model: 'm', messages: [HELLO], temperature: null, stop: null, tools: null },
      },
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
      tools: [],
      choices: 1,
      stream: false,
    });
  });

  it('takes every parameter that has a canonical name', () => {
    const fields = {
      n: 2,
      stream: true,
      max_completion_tokens: 10,
      max_tokens: 20,
      stop: 'END',
      temperature: 0,
      top_p: 0.5,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 0,
      reasoning_effort: 'low',
      parallel_tool_calls: false,
      user: 'u',
    };
    expect(call(fields)).toMatchObject({
      choices: 2,
      stream: true,
      maxOutputTokens: 10,
      stop: ['END'],
      temperature: 0,
      topP: 0.5,
      presencePenalty: 1,
      frequencyPenalty: -1,
      seed: 0,
      reasoningEffort: 'low',
      parallelToolCalls: false,
      endUser: 'u',
    });
  });

  it('takes tools, choices and formats', () => {
    const lookup = { name: 'lookup', description: 'd', parameters: { type: 'object' }, strict: true };
    const grammar = { syntax: 'lark', definition: 'start: "a"' };
    const custom = { type: 'custom', custom: { name: 'sql', format: { type: 'grammar', grammar } } };
    const schema = { type: 'object' };
    const full = call({
      tools: [{ type: 'function', function: lookup, cache_control: { type: 'ephemeral' } }, custom],
      tool_choice: { type: 'custom', custom: { name: 'sql' } },
      response_format: { type: 'json_schema', json_schema: { name: 's', schema, strict: true } },
    });
    expect(full.tools).toEqual([
      { type: 'function', ...lookup, extras: { 'openai-chat': { cache_control: { type: 'ephemeral' } } } },
      { type: 'custom', name: 'sql', grammar },
    ]);
    expect(full.toolChoice).toEqual({ type: 'tool', name: 'sql' });
    expect(full.format).toEqual({ type: 'json-schema', name: 's', schema, strict: true });
    const tools = [
      { type: 'function', function: { name: 'lookup' } },
      { type: 'custom', custom: { name: 'sql' } },
    ];
    const allowed = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools } };
    const { toolChoice } = call({ tool_choice: allowed });
    expect(toolChoice).toEqual({ type: 'allowed', mode: 'auto', names: ['lookup', 'sql'] });
  });

  it('takes functions as tools, and function_call as a choice', () => {
    const legacy = call({ functions: [{ name: 'f', parameters: {} }], function_call: { name: 'f' } });
    expect(legacy.tools).toEqual([{ type: 'function', name: 'f', parameters: {} }]);
    expect(legacy.toolChoice).toEqual({ type: 'tool', name: 'f' });
  });
});

describe('toChatCall: content', () => {
  it('reads images by URL and by data', () => {
    const image = (url: string) => ({ type: 'image_url', image_url: { url, detail: 'low' } });
    expect(
      contentOf({ role: 'user', content: [image('https://h/c.png'), image('data:image/PNG;base64,iVBORw0KGgo=')] }),
    ).toEqual([
      [
        { type: 'image', source: { type: 'url', url: 'https://h/c.png' }, detail: 'low' },
        { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' }, detail: 'low' },
      ],
    ]);
  });

  it('reads video by URL and by data', () => {
    const video = (url: string) => ({ type: 'video_url', video_url: { url, fps: 2 } });
    const extras = { 'openai-chat': { video_url: { fps: 2 } } };
    expect(
      contentOf({ role: 'user', content: [video('https://h/c.mp4'), video('data:video/webm;base64,AAAA')] }),
    ).toEqual([
      [
        { type: 'video', source: { type: 'url', url: 'https://h/c.mp4' }, extras },
        { type: 'video', source: { type: 'base64', mediaType: 'video/webm', data: 'AAAA' }, extras },
      ],
    ]);
  });

  it('reads audio and files', () => {
    const content = [
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,BBBB', filename: 'a.pdf' } },
      { type: 'file', file: { file_data: 'CCCC', filename: 'notes.TXT' } },
      { type: 'file', file: { file_id: 'file-1' } },
    ];
    expect(contentOf({ role: 'user', content })).toEqual([
      [
        { type: 'audio', source: { type: 'base64', mediaType: 'audio/mpeg', data: 'AAAA' }, format: 'mp3' },
        { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'BBBB' }, filename: 'a.pdf' },
        { type: 'file', source: { type: 'base64', mediaType: 'text/plain', data: 'CCCC' }, filename: 'notes.TXT' },
        { type: 'file', source: { type: 'file-id', id: 'file-1' } },
      ],
    ]);
  });

  it('reads calls and results, the free-text ones too', () => {
    const assistant = {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":' } },
        { id: 'b', type: 'custom', custom: { name: 'g', input: 'text' } },
      ],
    };
    expect(contentOf(assistant, { role: 'tool', tool_call_id: 'a', content: 'ok' })).toEqual([
      [
        { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":' },
        { type: 'tool-call', id: 'b', name: 'g', arguments: 'text', custom: true },
      ],
      [{ type: 'tool-result', toolCallId: 'a', content: [{ type: 'text', text: 'ok' }] }],
    ]);
  });

  it('pairs the results of the old function role with their calls', () => {
    const asked = { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } };
    const [first, second] = contentOf(asked, { role: 'function', name: 'f', content: 'ok' });
    expect(first).toEqual([{ type: 'tool-call', id: 'call_legacy_0', name: 'f', arguments: '{}' }]);
    expect(second).toMatchObject([{ type: 'tool-result', toolCallId: 'call_legacy_0' }]);
  });

  it('keeps refusals, and reasoning with its proof before what was said', () => {
    const details = [
      { type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'xyz', format: 'anthropic-claude-v1', index: 1 },
    ];
    expect(
      contentOf(
        { role: 'assistant', content: 'yes', reasoning_content: 'hm', reasoning_details: details },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
        { role: 'assistant', content: null, refusal: 'no', reasoning_content: 'why' },
      ),
    ).toEqual([
      [
        { type: 'reasoning', text: 'hm', signature: 'sig', vendor: 'anthropic' },
        { type: 'reasoning', text: 'xyz', redacted: true, vendor: 'anthropic' },
        { type: 'text', text: 'yes' },
      ],
      [{ type: 'refusal', text: 'no' }],
      [
        { type: 'reasoning', text: 'why' },
        { type: 'refusal', text: 'no' },
      ],
    ]);
  });

  it('carries unknown fields of messages and parts as extras', () => {
    const part = { type: 'text', text: 't', cache_control: { type: 'ephemeral' } };
    expect(call({ messages: [{ role: 'user', name: 'ann', content: [part], weight: 1 }] }).messages).toEqual([
      {
        role: 'user',
        name: 'ann',
        content: [{ type: 'text', text: 't', extras: { 'openai-chat': { cache_control: { type: 'ephemeral' } } } }],
        extras: { 'openai-chat': { weight: 1 } },
      },
    ]);
  });
});

describe('toRequestOptions', () => {
  it('lists models in order without repetition and takes the rest from their fields', () => {
    const request = parsed({
      model: 'b',
      models: ['a', 'b', 'c', 'a'],
      stream: true,
      stream_options: { include_usage: true },
      on_disconnect: 'finish',
      metadata: { team: 'x' },
    });
    expect(toRequestOptions(request)).toEqual({
      models: ['b', 'a', 'c'],
      stream: true,
      includeUsage: true,
      onDisconnect: 'finish',
      metadata: { team: 'x' },
      legacyFunctions: false,
    });
  });

  it('says nothing of onDisconnect where the caller did not', () => {
    expect(toRequestOptions(parsed({}))).toEqual({
      models: ['m'],
      stream: false,
      includeUsage: false,
      metadata: {},
      legacyFunctions: false,
    });
  });
});

describe('unknown fields', () => {
  const known = new Set(['models', 'on_disconnect']);
  const unknown = fc
    .dictionary(
      fc.string({ minLength: 1, maxLength: 12 }).map((key) => `x_${key}`),
      fc.jsonValue({ maxDepth: 4 }),
      { maxKeys: 5 },
    )
    .map((fields) => JSON.parse(JSON.stringify(fields)) as Record<string, unknown>);

  it('reach a vendor of this dialect from every level, byte for byte, and our own extensions do not', () => {
    fc.assert(
      fc.property(unknown, unknown, unknown, unknown, (top, message, part, inner) => {
        const image = { type: 'image_url', image_url: { url: 'https://h/i.png', ...inner }, ...part };
        const body = { model: 'm', messages: [{ role: 'user', content: [image], ...message }], ...top };
        const sent = call({ ...body, models: ['m'], on_disconnect: 'finish' }).source.body;
        expect(JSON.stringify(sent)).toBe(JSON.stringify(body));
        expect(Object.keys(sent).some((key) => known.has(key))).toBe(false);
      }),
    );
  });

  it('survive under names that JavaScript treats apart', () => {
    const body = JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"x","__proto__":{"a":1}}],"__proto__":{"b":2},"constructor":3}',
    );
    const result = parseChatRequest(body);
    expect(result.ok && JSON.stringify(toChatCall(result.request).source.body)).toBe(JSON.stringify(body));
  });
});
