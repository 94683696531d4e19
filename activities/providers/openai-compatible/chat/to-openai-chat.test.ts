import { describe, expect, it } from 'vitest';
import type { ChatCall, Message, Part } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { Offer } from '../../../../workflows/contracts/offers.js';
import { TEST_PROFILE, testAttempt, testCall } from './test-attempt.js';
import { toOpenAiChat } from './to-openai-chat.js';
import type { OpenAiCompatibleProfile } from './profile.js';

const HELLO = [{ role: 'user', content: 'hi' }];

function translate(
  fields: Partial<ChatCall>,
  profile: Partial<OpenAiCompatibleProfile> = {},
): { readonly body: JsonObject; readonly warned: readonly string[] } {
  const { body, warnings } = toOpenAiChat(testAttempt(fields), { ...TEST_PROFILE, ...profile });
  return {
    body: JSON.parse(JSON.stringify(body)) as JsonObject,
    warned: warnings.map(({ type, feature }) => `${type} ${feature}`),
  };
}

const own = (body: JsonObject, fields: Partial<ChatCall> = {}): Partial<ChatCall> => ({
  source: { dialect: 'openai-chat', body },
  ...fields,
});
const foreign = (fields: Partial<ChatCall>, body: JsonObject = {}): Partial<ChatCall> => ({
  source: { dialect: 'anthropic-messages', body },
  ...fields,
});

describe('a caller of the same dialect', () => {
  it('has its own body sent, unknown fields included', () => {
    const body = { model: 'mine', messages: HELLO, logit_bias: { '1': 2 }, brand_new: { a: [1] }, nothing: null };
    expect(translate(own(body))).toEqual({
      body: { ...body, model: 'model-1', stream: false, max_completion_tokens: 1000 },
      warned: [],
    });
  });

  it('streams with usage, and with its own options', () => {
    const asked = own({ stream: true, stream_options: { include_obfuscation: false } }, { stream: true });
    expect(translate(asked).body).toMatchObject({
      stream: true,
      stream_options: { include_obfuscation: false, include_usage: true },
    });
    expect(translate(asked, { supportsStreamUsage: false })).toMatchObject({ warned: ['unsupported stream_options'] });
    expect(translate(asked, { supportsStreamUsage: false }).body).not.toHaveProperty('stream_options');
    expect(translate(own({ stream_options: { include_usage: true } })).body).not.toHaveProperty('stream_options');
  });

  it.each<readonly [JsonObject, number | undefined, number, readonly string[]]>([
    [{}, undefined, 1000, []],
    [{ max_tokens: 50 }, 50, 50, []],
    [{ max_completion_tokens: 50, max_tokens: 70 }, 50, 50, []],
    [{ max_tokens: 5000 }, 5000, 1000, ['changed max_tokens']],
    [{ max_completion_tokens: 5000 }, 5000, 1000, ['changed max_completion_tokens']],
  ])('with the cap %j has the least sent', (body, maxOutputTokens, sent, warnings) => {
    const asked = own(body, maxOutputTokens === undefined ? {} : { maxOutputTokens });
    const { body: request, warned } = translate(asked);
    expect([request['max_completion_tokens'], request['max_tokens'], warned]).toEqual([sent, undefined, warnings]);
    expect(translate(asked, { capField: 'max_tokens' }).body).toMatchObject({ max_tokens: sent });
  });

  it('has fields left out that the vendor refuses, and is told', () => {
    const asked = own({ messages: HELLO, seed: 1, logprobs: null });
    const { body, warned } = translate(asked, { dropFields: ['seed', 'logprobs', 'user'] });
    expect(body).not.toHaveProperty('seed');
    expect(warned).toEqual(['unsupported seed']);
  });

  it('has reasoning kept from a vendor that does not take it back', () => {
    const answer = {
      role: 'assistant',
      content: 'so',
      reasoning_content: 'hm',
      reasoning_details: [{ signature: 's' }],
    };
    const asked = own({ messages: [...HELLO, answer, ...HELLO] });
    expect(translate(asked).body['messages']).toEqual([...HELLO, answer, ...HELLO]);
    expect(translate(asked, { takesReasoning: false })).toMatchObject({
      body: { messages: [...HELLO, { role: 'assistant', content: 'so' }, ...HELLO] },
      warned: ['ignored messages[].reasoning_details'],
    });
    expect(JSON.stringify(translate(asked, { takesReasoning: false }).body)).not.toContain('reasoning');
    const empty = own({ messages: [{ ...answer, reasoning_content: null, reasoning_details: [] }] });
    expect(translate(empty, { takesReasoning: false }).warned).toEqual([]);
  });
});

describe('what a vendor may keep', () => {
  const body = { messages: [], store: true, metadata: { team: 'red' } };
  const ask = (storesAnswers: boolean) =>
    toOpenAiChat({ ...testAttempt(), call: testCall({}, 'openai-chat', body) }, { ...TEST_PROFILE, storesAnswers });

  it('is nothing, and a vendor that would keep answers unasked is told so', () => {
    expect(ask(true).body).toMatchObject({ store: false });
    expect(ask(false).body).not.toHaveProperty('store');
    for (const { body: sent, warnings } of [ask(true), ask(false)]) {
      expect(sent).not.toHaveProperty('metadata');
      expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'store' }]);
    }
  });
});

describe('a caller of another dialect', () => {
  const text = (words: string): Part => ({ type: 'text', text: words });
  const say = (role: Message['role'], ...content: readonly Part[]): Message => ({ role, content });
  const messagesOf = (messages: readonly Message[], profile: Partial<OpenAiCompatibleProfile> = {}) =>
    translate(foreign({ messages }), profile);

  it('has its parameters sent under this dialect’s names', () => {
    const { body, warned } = translate(
      foreign(
        {
          choices: 2,
          stop: ['END'],
          temperature: 0.5,
          topP: 0.9,
          presencePenalty: 0.1,
          frequencyPenalty: 0.2,
          seed: 7,
          reasoningEffort: 'low',
          endUser: 'u',
          format: { type: 'json-schema', name: 'place', schema: { type: 'object' }, strict: true },
        },
        { max_tokens: 10, stop_sequences: ['END'], thinking: {}, metadata: {} },
      ),
    );
    expect(body).toEqual({
      model: 'model-1',
      messages: [{ role: 'user', content: 'hi' }],
      n: 2,
      stop: ['END'],
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      seed: 7,
      reasoning_effort: 'low',
      user: 'u',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', schema: { type: 'object' }, strict: true },
      },
      stream: false,
      max_completion_tokens: 1000,
    });
    expect(warned).toEqual([]);
  });

  it('is told of fields that cannot be sent', () => {
    const body = { top_k: 5, thinking: {}, nothing: null, container: 'c', cache_control: { type: 'ephemeral' } };
    expect(translate(foreign({ topK: 5 }, body)).warned).toEqual(['unsupported top_k', 'ignored container']);
    expect(translate(foreign({}, body), { cachesByItself: false }).warned).toEqual([
      'ignored container',
      'ignored cache_control',
    ]);
    const responses = {
      ...{ truncation: 'auto', max_tool_calls: 3, background: false, service_tier: 'auto', store: true },
      ...{ prompt_cache_key: 'k', include: ['reasoning.encrypted_content', 'file_search_call.results'] },
    };
    const source = { dialect: 'openai-responses', body: responses } as const;
    const { body: sent, warned } = translate({ source, logprobs: { top: 2 }, verbosity: 'low' });
    expect(warned).toEqual(['ignored truncation', 'ignored max_tool_calls', 'ignored include']);
    expect(sent).toMatchObject({ prompt_cache_key: 'k', logprobs: true, top_logprobs: 2, verbosity: 'low' });
    expect(translate({ source }, { sharesWithResponses: [] }).warned).toContain('ignored prompt_cache_key');
  });

  it('has reasoning asked only of a model that has any', () => {
    const ask = (fields: Partial<ChatCall>, capabilities: Offer['capabilities']) => {
      const attempt = testAttempt(foreign(fields));
      const { body, warnings } = toOpenAiChat({ ...attempt, offer: { ...attempt.offer, capabilities } }, TEST_PROFILE);
      return [body['reasoning_effort'], warnings.map(({ type, feature }) => `${type} ${feature}`)];
    };
    expect(ask({ reasoningEffort: 'high' }, ['reasoning'])).toEqual(['high', []]);
    expect(ask({ reasoningEffort: 'high' }, [])).toEqual([undefined, ['unsupported thinking']]);
    expect(ask({ reasoningEffort: 'none' }, [])).toEqual([undefined, []]);
    expect(ask({ reasoningBudgetTokens: 0 }, [])).toEqual([undefined, []]);
    expect(ask({ reasoningBudgetTokens: 0 }, ['reasoning'])).toEqual([undefined, ['unsupported thinking']]);
  });

  it('has ids of calls sent that are not too long', () => {
    const long = `toolu_${'x'.repeat(60)}`;
    const call = (id: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}' });
    const { body } = messagesOf([
      say('assistant', call(long), call('short')),
      say('tool', { type: 'tool-result', toolCallId: long, content: [text('a')] }),
      say('tool', { type: 'tool-result', toolCallId: 'short', content: [text('b')] }),
    ]);
    expect(body['messages']).toMatchObject([
      { tool_calls: [{ id: 'call_long_0' }, { id: 'short' }] },
      { tool_call_id: 'call_long_0', content: 'a' },
      { tool_call_id: 'short', content: 'b' },
    ]);
  });

  it('has its instructions and texts sent', () => {
    const messages = [
      say('developer', text('a')),
      say('system', text('b'), text('c')),
      { ...say('user', text('d')), name: 'ann' },
    ];
    expect(messagesOf(messages).body['messages']).toEqual([
      { role: 'developer', content: 'a' },
      {
        role: 'system',
        content: [
          { type: 'text', text: 'b' },
          { type: 'text', text: 'c' },
        ],
      },
      { role: 'user', name: 'ann', content: 'd' },
    ]);
    expect(messagesOf(messages, { knowsDeveloperRole: false }).body).toMatchObject({
      messages: [{ role: 'system' }, {}, {}],
    });
  });

  it('has calls and results sent, results first', () => {
    const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' } };
    const call: Part = { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' };
    const result: Part = { type: 'tool-result', toolCallId: 'a', content: [text('21'), image], isError: true };
    const { body, warned } = messagesOf([
      say('user', text('hi')),
      say('assistant', text('so'), call),
      say('user', text('and?'), result),
    ]);
    expect(body['messages']).toMatchObject([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: 'so',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: '21' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'and?' },
        ],
      },
    ]);
    expect(warned).toEqual(['changed tool_result', 'ignored is_error']);
  });

  it('has reasoning sent to vendors that want it back, and is told where it stays', () => {
    const thought = { type: 'reasoning', text: 'hm' } as const;
    const messages = [say('user', text('hi')), say('assistant', thought, text('so'))];
    const taken = messagesOf(messages);
    expect(taken.body['messages']).toMatchObject([{}, { role: 'assistant', content: 'so', reasoning_content: 'hm' }]);
    expect(taken.warned).toEqual([]);
    const others: readonly Part[] = [
      { ...thought, vendor: 'anthropic', signature: 's' },
      { ...thought, redacted: true },
    ];
    for (const left of [
      messagesOf(messages, { takesReasoning: false }),
      ...others.map((part) => messagesOf([say('user', text('hi')), say('assistant', part, text('so'))])),
    ]) {
      expect(left.body['messages']).toEqual([
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'so' },
      ]);
      expect(left.warned).toEqual(['ignored messages[].content[].thinking']);
    }
  });

  it('has only the allowed tools sent to vendors without such a choice', () => {
    const tools = ['f', 'g'].map((name) => ({ type: 'function', name }) as const);
    const toolChoice = { type: 'allowed', mode: 'required', names: ['g'] } as const;
    expect(translate(foreign({ tools, toolChoice })).body).toMatchObject({
      tools: [{}, {}],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] },
      },
    });
    expect(translate(foreign({ tools, toolChoice }), { knowsAllowedTools: false }).body).toMatchObject({
      tools: [{ function: { name: 'g' } }],
      tool_choice: 'required',
    });
  });

  it.each<readonly [string, Part]>([
    ['an image by a file’s id', { type: 'image', source: { type: 'file-id', id: 'f' } }],
    ['a video by a file’s id', { type: 'video', source: { type: 'file-id', id: 'f' } }],
    ['audio by its address', { type: 'audio', source: { type: 'url', url: 'https://example.com/a.wav' } }],
  ])('is refused %s', (_name, part) => {
    expect(() => messagesOf([say('user', part)])).toThrow('invalid_request');
  });

  it('has files by their address and video sent where the vendor takes them', () => {
    const source = { type: 'url', url: 'https://example.com/a' } as const;
    const parts: readonly Part[] = [
      { type: 'file', source, filename: 'a.pdf' },
      { type: 'video', source },
      { type: 'video', source: { type: 'base64', mediaType: 'video/mp4', data: 'AAAA' } },
    ];
    expect(messagesOf([say('user', ...parts)]).body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'file', file: { file_data: source.url, filename: 'a.pdf' } },
          { type: 'video_url', video_url: { url: source.url } },
          { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } },
        ],
      },
    ]);
    const profile = { ...TEST_PROFILE, takesFileUrls: false, takesVideo: false };
    for (const part of parts) {
      expect(() => toOpenAiChat(testAttempt(foreign({ messages: [say('user', part)] })), profile)).toThrow(
        'invalid_request',
      );
    }
  });

  it('has media sent', () => {
    const parts: readonly Part[] = [
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
      { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'AAAA' } },
      { type: 'audio', source: { type: 'base64', mediaType: 'audio/mpeg', data: 'AAAA' } },
    ];
    expect(messagesOf([say('user', ...parts)]).body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'file.pdf' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
        ],
      },
    ]);
  });

  it('has tools and the choice of one sent', () => {
    const tools = [
      { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    ] as const;
    const choose = (toolChoice: ChatCall['toolChoice']) =>
      translate(foreign({ tools, ...(toolChoice && { toolChoice }), parallelToolCalls: false }));
    expect(choose({ type: 'tool', name: 'f' }).body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
    });
    expect(choose({ type: 'required' }).body).toMatchObject({ tool_choice: 'required' });
    expect(choose(undefined).body).not.toHaveProperty('tool_choice');
    const search = { type: 'opaque', dialect: 'anthropic-messages', name: 'web_search', definition: {} } as const;
    const left = translate(foreign({ tools: [search], toolChoice: { type: 'required' } }));
    expect([left.body['tools'], left.body['tool_choice'], left.warned]).toEqual([
      undefined,
      undefined,
      ['unsupported tools'],
    ]);
  });
});
