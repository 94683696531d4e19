import { describe, expect, it } from 'vitest';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import { writeReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { parseMessagesRequest } from './parse-messages-request.js';
import { toChatCall } from './to-chat-call.js';
import { writeToolId } from './tool-ids.js';
import { untranslatedContent } from './untranslated-content.js';

function callOf(fields: object, betas: readonly string[] = []): ChatCall {
  const body = { model: 'm', max_tokens: 5_000, messages: [{ role: 'user', content: 'Hi' }], ...fields };
  const parsed = parseMessagesRequest(body, { betas });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return toChatCall(parsed.request, betas);
}

const text = (words: string) => ({ type: 'text', text: words });
const userSays = (...content: readonly object[]) => callOf({ messages: [{ role: 'user', content }] }).messages;
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };

describe('a request in canonical form', () => {
  it('has its body without the gateway’s own fields', () => {
    const { source } = callOf({ models: ['b'], on_disconnect: 'finish', novelty: 1 });
    expect(source).toMatchObject({ dialect: 'anthropic-messages', body: { model: 'm', novelty: 1 } });
    expect(Object.keys(source.body)).not.toContain('models');
    expect(Object.keys(source.body)).not.toContain('on_disconnect');
  });

  it('has its instructions first, and the results of tools right after their calls', () => {
    const id = writeToolId('call.1');
    const { messages } = callOf({
      system: [text('Be brief.')],
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [text('So:'), { type: 'tool_use', id, name: 'f', input: { a: 1 } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: id, content: [text('out')], is_error: true }, text('And?')],
        },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: [text('Be brief.')] },
      { role: 'user', content: [text('Hi')] },
      {
        role: 'assistant',
        content: [text('So:'), { type: 'tool-call', id: 'call.1', name: 'f', arguments: '{"a":1}' }],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'call.1', content: [text('out')], isError: true }],
      },
      { role: 'user', content: [text('And?')] },
    ]);
  });

  it('has media, and documents of text as text', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' };
    expect(
      userSays(
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'document', source, title: 'T', context: 'C' },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' }, title: 'T' },
        { type: 'document', source: { type: 'content', content: [text('block')] } },
        { type: 'document', source: { type: 'file', file_id: 'file_1' } },
        { type: 'search_result', source: 's', title: 't', content: [text('found')] },
      ),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          {
            type: 'file',
            source: { type: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
            filename: 'T',
          },
          ...['C', 'T', 'words', 'block'].map(text),
          { type: 'file', source: { type: 'file-id', id: 'file_1' } },
          text('t\ns\nfound'),
        ],
      },
    ]);
  });

  it('knows whose reasoning it is', () => {
    const proof = { vendor: 'openai', id: 'rs_1' } as const;
    const content = [
      { type: 'thinking', thinking: 'a', signature: 'sig' },
      { type: 'redacted_thinking', data: 'sealed' },
      { type: 'thinking', thinking: 'b', signature: writeReasoningProof({ ...proof, kind: 'signature', data: 'enc' }) },
      { type: 'redacted_thinking', data: writeReasoningProof({ ...proof, kind: 'redacted', data: 'shut' }) },
      { type: 'thinking', thinking: 'c', signature: writeReasoningProof({ vendor: '', kind: 'signature', data: '' }) },
      text('x'),
    ];
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
    ];
    expect(callOf({ messages }).messages[1]?.content.slice(0, 5)).toEqual([
      { type: 'reasoning', text: 'a', signature: 'sig', vendor: 'anthropic' },
      { type: 'reasoning', text: 'sealed', redacted: true, vendor: 'anthropic' },
      { type: 'reasoning', text: 'b', id: 'rs_1', vendor: 'openai', signature: 'enc' },
      { type: 'reasoning', text: 'shut', redacted: true, vendor: 'openai', id: 'rs_1' },
      { type: 'reasoning', text: 'c' },
    ]);
  });

  it('has the options that other vendors know by other names', () => {
    const call = callOf(
      {
        tools: [
          { name: 'f', input_schema: SCHEMA, strict: true },
          { type: 'bash_20250124', name: 'bash' },
        ],
        tool_choice: { type: 'any', disable_parallel_tool_use: true },
        thinking: { type: 'enabled', budget_tokens: 2_500 },
        output_config: { format: { type: 'json_schema', schema: SCHEMA } },
        stop_sequences: ['x'],
        ...{ temperature: 0.5, top_p: 0.9, top_k: 5, metadata: { user_id: 'u' }, stream: true },
      },
      ['a', 'b'],
    );
    expect(call).toMatchObject({
      tools: [
        { type: 'function', name: 'f', parameters: SCHEMA, strict: true },
        { type: 'opaque', dialect: 'anthropic-messages', name: 'bash', definition: { type: 'bash_20250124' } },
      ],
      toolChoice: { type: 'required' },
      parallelToolCalls: false,
      reasoningEffort: 'medium',
      reasoningBudgetTokens: 2_500,
      format: { type: 'json-schema', name: 'answer', schema: SCHEMA, strict: true },
      ...{ stop: ['x'], temperature: 0.5, topP: 0.9, topK: 5, endUser: 'u', stream: true, maxOutputTokens: 5_000 },
      vendorHeaders: { 'anthropic-beta': 'a,b' },
    });
  });

  it('asks for strictness only where other vendors can keep to the schema', () => {
    const open = { ...SCHEMA, required: [] };
    const format = (schema: object) => callOf({ output_format: { type: 'json_schema', schema } }).format;
    expect(format(SCHEMA)).toMatchObject({ strict: true });
    expect(format(open)).toMatchObject({ strict: false });
    expect(format({ ...SCHEMA, additionalProperties: true })).toMatchObject({ strict: false });
    expect(format({ type: 'object' })).toMatchObject({ strict: false });
    expect(format({ ...SCHEMA, properties: { a: { type: 'array', items: open } } })).toMatchObject({ strict: false });
  });
});

describe('what only the dialect’s own vendor was told', () => {
  it('is named once for each kind', () => {
    const cached = { ...text('a'), cache_control: { type: 'ephemeral' } };
    const upload = { type: 'container_upload', file_id: 'f' };
    const body = {
      system: [cached],
      messages: [{ role: 'user', content: [cached, cached, upload, { type: 'tool_result', content: [upload] }] }],
      tools: [{ name: 'f', input_schema: {}, defer_loading: true }],
      output_config: { effort: 'max' },
    };
    expect(untranslatedContent(body).map(({ feature }) => feature)).toEqual([
      'system[].cache_control',
      'messages[].content[].cache_control',
      'messages[].content[].container_upload',
      'tools[].defer_loading',
      'output_config.effort',
    ]);
  });

  it('is nothing where all was translated', () => {
    const content = [{ type: 'document', source: {}, citations: { enabled: false } }, text('a')];
    expect(untranslatedContent({ system: 'x', messages: [{ role: 'user', content }] })).toEqual([]);
  });
});
