import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { demandOf } from '../../../workflows/domain/demand.js';
import { writeReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { estimateInputTokens } from './estimate-input-tokens.js';
import { inputItemsOf } from './input-items.js';
import { parseResponsesRequest } from './parse-responses-request.js';
import { toResponsesCall } from './to-responses-call.js';
import type { PreviousTurn } from './to-responses-call.js';

function toCall(fields: object, previous?: PreviousTurn) {
  const parsed = parseResponsesRequest({ model: 'm', input: 'Hi', ...fields });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return toResponsesCall(parsed.request, previous);
}

const messagesOf = (input: unknown) => toCall({ input }).messages;
const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'look', arguments: '{}' });
const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: `${id} is fine` });

describe('the conversation', () => {
  it('begins with the instructions', () => {
    expect(toCall({ instructions: 'Be brief.' }).messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ]);
  });

  it('has all that the model wrote in one go in one message, and each result in one of its own', () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] };
    const said = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Look:' }],
    };
    const input = [{ role: 'user', content: 'Go' }, reasoning, said, call('a'), call('b'), output('a'), output('b')];
    expect(messagesOf(input)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Go' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', id: 'rs_1' },
          { type: 'text', text: 'Look:' },
          { type: 'tool-call', id: 'a', name: 'look', arguments: '{}' },
          { type: 'tool-call', id: 'b', name: 'look', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'a', content: [{ type: 'text', text: 'a is fine' }] }],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'b', content: [{ type: 'text', text: 'b is fine' }] }],
      },
    ]);
  });

  it('carries media with their types, and fields that it has no name for', () => {
    const content = [
      { type: 'input_image', image_url: 'https://a.example/b.png', detail: 'low' },
      { type: 'input_image', file_id: 'file_1' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' },
      { type: 'input_file', file_url: 'https://a.example/b.pdf' },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'input_text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit' } },
    ];
    expect(messagesOf([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' }, detail: 'low' },
          { type: 'image', source: { type: 'file-id', id: 'file_1' } },
          {
            type: 'file',
            source: { type: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
            filename: 'a.pdf',
          },
          { type: 'file', source: { type: 'url', url: 'https://a.example/b.pdf' } },
          { type: 'audio', source: { type: 'base64', mediaType: 'audio/mpeg', data: 'AAAA' }, format: 'mp3' },
          {
            type: 'text',
            text: 'x',
            extras: { 'openai-responses': { prompt_cache_breakpoint: { mode: 'explicit' } } },
          },
        ],
      },
    ]);
  });

  it('gives tools of a namespace one name that says both, in tools and in earlier calls', () => {
    const crm = {
      type: 'namespace',
      name: 'crm',
      description: 'Customers.',
      tools: [
        { type: 'function', name: 'find', description: 'Finds one.', parameters: { type: 'object' } },
        { type: 'custom', name: 'run' },
      ],
    };
    const taken = { type: 'function', name: 'crm__find' };
    const input = [
      { role: 'user', content: 'hi' },
      { ...call('a'), name: 'find', namespace: 'crm' },
      { type: 'function_call_output', call_id: 'a', output: 'Ann', name: 'find', namespace: 'crm' },
      { ...call('b'), name: 'gone', namespace: 'old.space' },
      { type: 'function_call_output', call_id: 'b', output: 'no' },
    ];
    const { tools, messages, boundTo } = toCall({ input, tools: [taken, crm] });
    expect(boundTo).toBeUndefined();
    expect(tools).toEqual([
      { type: 'function', name: 'crm__find' },
      {
        ...{ type: 'function', name: 'crm__find_2', description: 'Customers.\n\nFinds one.' },
        parameters: { type: 'object' },
      },
      { type: 'custom', name: 'crm__run', description: 'Customers.' },
    ]);
    const parts = messages.flatMap(({ content }) => content);
    expect(parts.flatMap((part) => (part.type === 'tool-call' ? [part.name] : []))).toEqual([
      'crm__find_2',
      'old_space__gone',
    ]);
    expect(JSON.stringify(parts)).not.toContain('extras');
  });

  it('gives each vendor’s reasoning back as that vendor’s', () => {
    const item = (encrypted: string) => ({
      ...{ type: 'reasoning', id: 'rs_1', encrypted_content: encrypted },
      summary: [{ type: 'summary_text', text: 'Hm.' }],
    });
    const parts = messagesOf([
      item('gAAAA'),
      item(writeReasoningProof({ vendor: 'anthropic', kind: 'signature', data: 'sig.=' })),
      item(writeReasoningProof({ vendor: 'anthropic', kind: 'redacted', data: 'xyz' })),
    ])[0]?.content;
    expect(parts).toEqual([
      { type: 'reasoning', text: 'Hm.', id: 'rs_1', signature: 'gAAAA', vendor: 'openai' },
      { type: 'reasoning', text: 'Hm.', signature: 'sig.=', vendor: 'anthropic' },
      { type: 'reasoning', text: 'xyz', redacted: true, vendor: 'anthropic' },
    ]);
  });

  it('goes on from an earlier turn, whose items come first in body and messages alike', () => {
    const items: readonly JsonObject[] = [{ type: 'message', role: 'user', content: 'Before' }, call('a')];
    const next = toCall(
      { input: [output('a')], previous_response_id: 'resp_1', instructions: 'Now.' },
      { responseId: 'resp_1', items },
    );
    expect(next.continues).toBe('resp_1');
    expect(next.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(next.source.body['input']).toEqual([...items, output('a')]);
    expect(next.source.body).not.toHaveProperty('previous_response_id');
    const said = toCall({ input: 'And?', previous_response_id: 'resp_1' }, { responseId: 'resp_1', items: [] });
    expect(said.source.body['input']).toMatchObject([
      { role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
    ]);
  });
});

describe('the rest of the request', () => {
  it('has its canonical names', () => {
    const tools = [
      {
        type: 'function',
        name: 'a',
        description: 'A.',
        parameters: { type: 'object' },
        strict: true,
        defer_loading: true,
      },
      { type: 'custom', name: 'b', format: { type: 'grammar', syntax: 'regex', definition: 'x+' } },
    ];
    const written = toCall({
      ...{ tools, tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'a' }] } },
      ...{ parallel_tool_calls: false, max_output_tokens: 9, temperature: 0.1, top_p: 0.9, top_logprobs: 3 },
      ...{ reasoning: { effort: 'low', summary: 'auto' }, stream: true, user: 'u', safety_identifier: 's' },
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
    });
    expect(written).toMatchObject({
      tools: [
        {
          ...{ type: 'function', name: 'a', description: 'A.', parameters: { type: 'object' }, strict: true },
          extras: { 'openai-responses': { defer_loading: true } },
        },
        { type: 'custom', name: 'b', grammar: { syntax: 'regex', definition: 'x+' } },
      ],
      toolChoice: { type: 'allowed', mode: 'required', names: ['a'] },
      ...{ parallelToolCalls: false, maxOutputTokens: 9, temperature: 0.1, topP: 0.9, logprobs: { top: 3 } },
      ...{ reasoningEffort: 'low', reasoningSummary: 'auto', stream: true, endUser: 's', verbosity: 'low' },
      format: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
    });
    expect(written).not.toHaveProperty('boundTo');
  });

  it('goes along as it was written, but for what the gateway adds to the dialect', () => {
    const body = { model: 'm', input: 'Hi', shiny: { a: 1 } };
    expect(toCall({ ...body, store: true, models: ['n'], on_disconnect: 'finish' }).source).toEqual({
      dialect: 'openai-responses',
      body,
    });
  });
});

describe('what only OpenAI’s API has', () => {
  it('binds the call to it, and bounds its searches', () => {
    const bound = toCall({ tools: [{ type: 'web_search' }], max_tool_calls: 3 });
    expect(bound).toMatchObject({
      boundTo: 'openai-responses',
      tools: [{ type: 'opaque', dialect: 'openai-responses', name: 'web_search', definition: { type: 'web_search' } }],
    });
    expect(demandOf(bound)).toMatchObject({ boundTo: 'openai-responses', searches: 3, unboundedMedia: true });
    expect(demandOf(toCall({ tools: [{ type: 'web_search' }] })).searches).toBe(Number.MAX_SAFE_INTEGER);
    expect(toCall({ input: [{ type: 'compaction', id: 'cmp_1', encrypted_content: 'x' }] }).boundTo).toBe(
      'openai-responses',
    );
  });
});

describe('the items of an input', () => {
  const id = 'req_01a000000000700080000000000000aa';

  it('have types and ids, the same each time', () => {
    const items = inputItemsOf(
      toCall({ input: [{ role: 'user', content: 'Hi' }, { ...call('a'), id: 'fc_mine' }, output('a')] }),
      id,
    );
    expect(items).toEqual([
      {
        ...{ id: 'msg_01a000000000700080000000000000aai0000', type: 'message', role: 'user', status: 'completed' },
        content: [{ type: 'input_text', text: 'Hi' }],
      },
      { ...call('a'), id: 'fc_mine' },
      { ...output('a'), id: 'item_01a000000000700080000000000000aai0002' },
    ]);
    expect(inputItemsOf(toCall({}), id)).toMatchObject([
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
    ]);
  });
});

describe('the estimate of its tokens', () => {
  it('grows with the text, the images and the tools, and is rather high', () => {
    const small = estimateInputTokens(toCall({ input: 'The quick brown fox jumps over the lazy dog.' }));
    expect(small).toBe(19);
    const image = [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://a.example/b.png' }] }];
    expect(estimateInputTokens(toCall({ input: image }))).toBeGreaterThan(1_000);
    const tools = [{ type: 'function', name: 'look', parameters: { type: 'object' } }];
    expect(estimateInputTokens(toCall({ tools }))).toBeGreaterThan(estimateInputTokens(toCall({})) ?? 0);
  });

  it('is none where sizes tell nothing', () => {
    const file = [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }];
    expect(estimateInputTokens(toCall({ input: file }))).toBeUndefined();
    expect(estimateInputTokens(toCall({ tools: [{ type: 'web_search' }] }))).toBeUndefined();
  });
});
