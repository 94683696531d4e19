import { describe, expect, it } from 'vitest';
import type { ChatCall, Message, Part } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { writeReasoningProof } from '../../../../workflows/domain/reasoning-proof.js';
import { ProviderFailure } from '../../port.js';
import { TEST_OFFER, testAttempt, testCall } from './test-attempt.js';
import { toOpenAiResponses } from './to-openai-responses.js';

const send = (
  fields: Partial<ChatCall>,
  source: JsonObject = {},
  dialect: ChatCall['source']['dialect'] = 'openai-chat',
) => toOpenAiResponses(testAttempt(testCall(fields, dialect, source)));

const inputOf = (messages: readonly Message[]) => send({ messages }).body['input'];
const features = ({ warnings }: ReturnType<typeof send>) => warnings.map(({ feature }) => feature);

function refusalOf(act: () => unknown): ProviderFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
  }
  throw new Error('it was not refused');
}

const text = (words: string): Part => ({ type: 'text', text: words });

describe('the conversation of another dialect', () => {
  it('keeps its order, instructions in the middle included', () => {
    const messages: readonly Message[] = [
      { role: 'system', content: [text('Be brief.')] },
      { role: 'user', content: [text('one'), text('two')] },
      { role: 'assistant', content: [text('three')] },
      { role: 'developer', content: [text('Now be long.')] },
      { role: 'user', content: [text('four')] },
    ];
    expect(inputOf(messages)).toEqual([
      { type: 'message', role: 'system', content: 'Be brief.' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'one' },
          { type: 'input_text', text: 'two' },
        ],
      },
      { type: 'message', role: 'assistant', content: 'three' },
      { type: 'message', role: 'developer', content: 'Now be long.' },
      { type: 'message', role: 'user', content: 'four' },
    ]);
  });

  it('has calls of both kinds answered under their own ids', () => {
    const long = 'x'.repeat(65);
    const messages: readonly Message[] = [
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Bern"}' },
          { type: 'tool-call', id: long, name: 'shell', arguments: 'ls -l', custom: true },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 'call_1', content: [text('sunny')] },
          {
            type: 'tool-result',
            toolCallId: long,
            content: [text('a'), { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }],
          },
        ],
      },
    ];
    expect(inputOf(messages)).toEqual([
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Bern"}' },
      { type: 'custom_tool_call', call_id: 'shortened_1', name: 'shell', input: 'ls -l' },
      { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
      {
        type: 'custom_tool_call_output',
        call_id: 'shortened_1',
        output: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'auto' },
        ],
      },
    ]);
  });

  it('shows images and files, and refuses what the API cannot carry', () => {
    const content: readonly Part[] = [
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AA==' }, detail: 'low' },
      { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA==' } },
      { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } },
      { type: 'file', source: { type: 'file-id', id: 'file-1' } },
    ];
    expect(inputOf([{ role: 'user', content }])).toMatchObject([
      {
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
          { type: 'input_file', file_data: 'data:application/pdf;base64,AA==', filename: 'file.pdf' },
          { type: 'input_file', file_url: 'https://example.com/a.pdf' },
          { type: 'input_file', file_id: 'file-1' },
        ],
      },
    ]);
    const audio: Part = { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'AA==' } };
    const refusal = refusalOf(() => inputOf([{ role: 'user', content: [audio] }]));
    expect(refusal).toMatchObject({ failure: { class: 'invalid_request' }, detail: { param: 'messages' } });
    const anthropicFile = { messages: [{ role: 'user' as const, content: content.slice(3) }] };
    expect(refusalOf(() => send(anthropicFile, {}, 'anthropic-messages')).detail.message).toMatch(
      /does not know the file/,
    );
  });

  it('takes back the reasoning that it can check, and no other', () => {
    const reasoning = (vendor: string, id: string, signature?: string): Part => ({
      type: 'reasoning',
      text: `of ${id}`,
      vendor,
      id,
      ...(signature !== undefined && { signature }),
    });
    const content = [
      reasoning('openai', 'rs_1'),
      reasoning('openai', 'rs_1', 'proof-1'),
      text('said'),
      reasoning('anthropic', 'x', 'proof-2'),
      reasoning('openai', 'rs_2'),
      { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' } as const,
      reasoning('openai', 'rs_3', 'proof-3'),
    ];
    const sent = send({ messages: [{ role: 'assistant', content }] });
    expect(sent.body['input']).toEqual([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [
          { type: 'summary_text', text: 'of rs_1' },
          { type: 'summary_text', text: 'of rs_1' },
        ],
        encrypted_content: 'proof-1',
      },
      { type: 'message', role: 'assistant', content: 'said' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
    expect(JSON.stringify(sent)).not.toMatch(/proof-[23]/);
    expect(sent.warnings).toHaveLength(2);
  });
});

describe('the parameters of another dialect', () => {
  it('are put under the API’s own names', () => {
    const { body, warnings } = send({
      stream: true,
      tools: [
        { type: 'function', name: 'f', parameters: { type: 'object' } },
        { type: 'custom', name: 'c', grammar: { syntax: 'lark', definition: 'start: "a"' } },
      ],
      toolChoice: { type: 'allowed', mode: 'auto', names: ['f', 'c'] },
      parallelToolCalls: false,
      format: { type: 'json-schema', name: 's', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
      reasoningEffort: 'high',
      reasoningSummary: 'auto',
      logprobs: { top: 2 },
      temperature: 0.5,
      topP: 0.9,
    });
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: 'gpt-5-pro-2025-10-06',
      input: [{ type: 'message', role: 'user', content: 'hi' }],
      stream: true,
      store: false,
      max_output_tokens: 1000,
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
      top_logprobs: 2,
      tools: [
        { type: 'function', name: 'f', parameters: { type: 'object' }, strict: false },
        { type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
      ],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [
          { type: 'function', name: 'f' },
          { type: 'custom', name: 'c' },
        ],
      },
      parallel_tool_calls: false,
      text: { format: { type: 'json_schema', name: 's', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'high', summary: 'auto' },
      temperature: 0.5,
      top_p: 0.9,
    });
  });

  it('are told of where the API has none of them', () => {
    const sent = send(
      { stop: ['END'], presencePenalty: 0.5, frequencyPenalty: 0, seed: 7, topK: 3, reasoningBudgetTokens: 100 },
      { logit_bias: { '1': 2 }, logprobs: false, modalities: ['text'], store: true, metadata: { a: 'b' }, odd: 1 },
    );
    expect(features(sent)).toEqual([
      'stop',
      'presence_penalty',
      'seed',
      'top_k',
      'thinking',
      'logit_bias',
      'store',
      'odd',
    ]);
    expect(sent.body).toMatchObject({ metadata: { a: 'b' }, store: false });
    expect(sent.body).not.toHaveProperty('stop');
  });

  it('are refused where a part of them would be another request', () => {
    expect(refusalOf(() => send({ choices: 2 })).detail).toMatchObject({ param: 'n' });
    const low = refusalOf(() => send({ maxOutputTokens: 15 }, { max_completion_tokens: 15 }));
    expect(low.detail).toMatchObject({ param: 'max_completion_tokens' });
    expect(send({ maxOutputTokens: 16 }).body).toMatchObject({ max_output_tokens: 16 });
  });

  it('are capped by what the hold pays for, and the caller is told', () => {
    const sent = send({ maxOutputTokens: 5000 }, { max_tokens: 5000 });
    expect(sent.body).toMatchObject({ max_output_tokens: 1000 });
    expect(features(sent)).toEqual(['max_tokens']);
  });

  it('ask for proofs of reasoning of models that reason', () => {
    const call = testCall();
    expect(toOpenAiResponses(testAttempt(call)).body).toMatchObject({ include: ['reasoning.encrypted_content'] });
    const offer = { ...TEST_OFFER, capabilities: [] };
    expect(toOpenAiResponses(testAttempt(call, { offer })).body).not.toHaveProperty('include');
  });
});

describe('a body of the same dialect', () => {
  it('goes as written, but for the reasoning of other vendors', () => {
    const carried = (vendor: string) => ({
      type: 'reasoning',
      id: 'rs_ours',
      summary: [],
      encrypted_content: writeReasoningProof({ vendor, id: 'rs_theirs', kind: 'signature', data: `of ${vendor}` }),
    });
    const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' };
    const unproven = { type: 'reasoning', id: 'rs_2', summary: [] };
    const odd = { type: 'unheard_of', role: 'user', content: 'hi' };
    const input = [odd, own, unproven, carried('anthropic'), carried('openai')];
    const sent = send(
      {},
      { model: 'x', input, odd: { a: [1] }, background: true, store: true, include: ['file_search_call.results'] },
      'openai-responses',
    );
    expect(sent.body).toEqual({
      model: 'gpt-5-pro-2025-10-06',
      input: [odd, own, { type: 'reasoning', id: 'rs_theirs', summary: [], encrypted_content: 'of openai' }],
      odd: { a: [1] },
      include: ['file_search_call.results', 'reasoning.encrypted_content'],
      max_output_tokens: 1000,
      store: false,
      stream: false,
    });
    expect(features(sent)).toEqual(['input']);
  });
});
