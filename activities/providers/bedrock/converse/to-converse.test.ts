import { describe, expect, it } from 'vitest';
import type { ChatCall, Message, Part } from '../../../../workflows/contracts/call.js';
import { calls, HELLO, result, say } from '../../anthropic/chat/test-attempt.js';
import { ProviderFailure } from '../../port.js';
import { GPT_OSS, LLAMA, MIXTRAL, NOVA, SONNET_45, SONNET_46, translate } from '../test-attempt.js';

const TOOL = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } } as const;
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const FORMAT = { type: 'json-schema', name: 'answer', schema: SCHEMA } as const;
const DATA = 'AAAA';

const media = (type: 'image' | 'file' | 'audio' | 'video', mediaType: string): Part => ({
  type,
  source: { type: 'base64', mediaType, data: DATA },
});

function refusal(call: Partial<ChatCall>, model?: string) {
  try {
    translate(call, model);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { class: error.failure.class, param: error.detail.param };
  }
}

describe('messages', () => {
  it('have instructions apart, roles in turn, and results before what the user says', () => {
    const messages = [
      say('system', 'Be brief.'),
      say('user', 'a'),
      say('user', 'b'),
      say('assistant', 'calling', calls('c1'), calls('c2')),
      say('user', 'and?'),
      result('c2', 'two'),
      result('c1', 'one'),
    ];
    const { body, warned } = translate({ messages, tools: [TOOL] });
    expect(body.system).toEqual([{ text: 'Be brief.' }]);
    expect(body.messages).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      {
        role: 'assistant',
        content: [
          { text: 'calling' },
          { toolUse: { toolUseId: 'c1', name: 'f', input: {} } },
          { toolUse: { toolUseId: 'c2', name: 'f', input: {} } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'c1', content: [{ text: 'one' }] } },
          { toolResult: { toolUseId: 'c2', content: [{ text: 'two' }] } },
          { text: 'and?' },
        ],
      },
    ]);
    expect(warned).toEqual([]);
  });

  it('have their instructions before the first where the model takes none apart', () => {
    const { body, warned } = translate({ messages: [say('system', 'Be brief.'), HELLO] }, MIXTRAL);
    expect(body).not.toHaveProperty('system');
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'Be brief.' }, { text: 'hi' }] }]);
    expect(warned).toEqual(['changed messages']);
  });

  it('begin with the user and end with one where the model does not go on from its own', () => {
    const messages = [say('assistant', 'Welcome.'), HELLO, say('assistant', 'The answer is ')];
    expect(translate({ messages }, NOVA).body.messages.map(({ content }) => content)).toEqual([
      [{ text: '(start)' }],
      [{ text: 'Welcome.' }],
      [{ text: 'hi' }],
      [{ text: 'The answer is' }],
    ]);
    for (const model of [LLAMA, SONNET_46]) {
      expect(translate({ messages }, model).body.messages.at(-1)).toEqual({
        role: 'user',
        content: [{ text: 'Continue.' }],
      });
    }
  });

  it('say of each call what came of it', () => {
    const failed: Message = {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'c2', isError: true, content: [{ type: 'text', text: '' }] }],
    };
    const messages = [HELLO, say('assistant', calls('c1'), calls('c2')), failed];
    const contentOf = (model: string) => translate({ messages, tools: [TOOL] }, model).body.messages[2]?.content;
    const nothing = { toolResult: { toolUseId: 'c1', content: [{ text: 'No result was given for this call.' }] } };
    const empty = { toolUseId: 'c2', content: [{ text: '(no output)' }] };
    expect(contentOf(NOVA)).toEqual([nothing, { toolResult: { ...empty, status: 'error' } }]);
    // Only Nova and Claude know a status.
    expect(contentOf(LLAMA)).toEqual([nothing, { toolResult: empty }]);
  });

  it('give each call an id of its own that the service takes', () => {
    const ids = (model: string, ...asked: readonly string[]) =>
      translate({ messages: [HELLO, ...asked.flatMap((id) => [say('assistant', calls(id)), result(id, 'x')])] }, model)
        .body.messages.flatMap(({ content }) => content)
        .flatMap((block) => ('toolUse' in block ? [block.toolUse.toolUseId] : []));
    expect(ids(GPT_OSS, 'functions.f:0', 'functions.f:0')).toEqual(['functions.f:0', 'functions_f_0_1']);
    expect(ids(SONNET_45, 'functions.f:0', 'ok-1')).toEqual(['functions_f_0_1', 'ok-1']);
    expect(ids(NOVA, 'x'.repeat(80))).toEqual([`${'x'.repeat(52)}_1`]);
  });

  it('that hold nothing are refused', () => {
    expect(refusal({ messages: [say('user', ' ')] })).toEqual({ class: 'invalid_request', param: 'messages' });
  });
});

describe('media', () => {
  it('go by their bytes, documents under neutral names and with a text beside', () => {
    const files = [media('file', 'application/pdf'), media('file', 'text/x-log'), media('image', 'image/jpg')];
    const named: Part = {
      type: 'file',
      filename: 'ignore all.csv',
      source: { type: 'base64', mediaType: 'text/csv', data: DATA },
    };
    const { body } = translate({ messages: [{ role: 'user', content: [...files, named] }] });
    const source = { bytes: DATA };
    expect(body.messages[0]?.content).toEqual([
      { document: { format: 'pdf', name: 'Document 1', source } },
      { document: { format: 'txt', name: 'Document 2', source } },
      { image: { format: 'jpeg', source } },
      { document: { format: 'csv', name: 'Document 3', source } },
      { text: '(See the document.)' },
    ]);
  });

  it.each([
    ['a URL', { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } } as const, NOVA],
    ['a file id', { type: 'file', source: { type: 'file-id', id: 'file-1' } } as const, NOVA],
    ['a format of nobody', media('image', 'image/bmp'), NOVA],
    ['video at Claude', media('video', 'video/mp4'), SONNET_45],
    ['a program', media('file', 'application/x-msdownload'), NOVA],
  ])('that cannot be sent are refused, with their place: %s', (_, part, model) => {
    expect(refusal({ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, part] }] }, model)).toEqual({
      class: 'invalid_request',
      param: 'messages[0].content[1]',
    });
  });

  it('of Nova and Voxtral may move and sound', () => {
    const content = [
      { type: 'text', text: 'a' } as const,
      media('video', 'video/quicktime'),
      media('audio', 'audio/mpeg'),
    ];
    expect(translate({ messages: [{ role: 'user', content }] }).body.messages[0]?.content.slice(1)).toEqual([
      { video: { format: 'mov', source: { bytes: DATA } } },
      { audio: { format: 'mp3', source: { bytes: DATA } } },
    ]);
  });
});

describe('marks for the cache', () => {
  const mark = { 'openai-chat': { cache_control: { type: 'ephemeral', ttl: '1h' } } };
  const marked: Partial<ChatCall> = {
    messages: [
      { role: 'system', content: [{ type: 'text', text: 's', extras: mark }] },
      { role: 'user', content: [{ type: 'text', text: 'u', extras: mark }], extras: mark },
    ],
    tools: [{ ...TOOL, extras: mark }],
  };

  it('become points after what was marked, with their hour at Claude', () => {
    const point = { cachePoint: { type: 'default', ttl: '1h' } };
    const { body, warned } = translate(marked, SONNET_45);
    expect(body.system).toEqual([{ text: 's' }, point]);
    expect(body.messages[0]?.content).toEqual([{ text: 'u' }, point]);
    expect(body.toolConfig?.tools[1]).toEqual(point);
    expect(warned).toEqual([]);
  });

  it('are not taken after tools at Nova, and nowhere by others', () => {
    const nova = translate(marked, NOVA);
    expect(nova.body.messages[0]?.content[1]).toEqual({ cachePoint: { type: 'default' } });
    expect(nova.body.toolConfig?.tools).toHaveLength(1);
    expect(nova.warned).toEqual(['ignored tools[].cache_control']);
    const other = translate(marked, LLAMA);
    expect(JSON.stringify(other.body)).not.toContain('cachePoint');
    expect(other.warned).toContain('ignored messages[].cache_control');
  });
});

describe('reasoning', () => {
  const thought = (vendor: string): Partial<ChatCall> => ({
    messages: [
      HELLO,
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 'sig==', vendor },
          { type: 'reasoning', text: 'EsECCk', redacted: true, vendor },
          { type: 'text', text: 'so' },
        ],
      },
      HELLO,
    ],
  });

  it('goes back to its prover byte for byte, and to nobody else', () => {
    const anthropics = translate(thought('anthropic'), SONNET_45);
    expect(anthropics.body.messages[1]?.content.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig==' } } },
      { reasoningContent: { redactedContent: Buffer.from('EsECCk').toString('base64') } },
    ]);
    const novas = translate(thought('bedrock'), NOVA);
    expect(novas.body.messages[1]?.content.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig==' } } },
      { reasoningContent: { redactedContent: 'EsECCk' } },
    ]);
    for (const [vendor, model] of [
      ['anthropic', NOVA],
      ['bedrock', SONNET_45],
      ['google', SONNET_45],
    ] as const) {
      const { body, warned } = translate(thought(vendor), model);
      expect(body.messages[1]?.content).toEqual([{ text: 'so' }]);
      expect(warned).toEqual(['ignored messages[].reasoning_details']);
    }
  });

  it.each([
    [SONNET_45, 'high', { thinking: { type: 'enabled', budget_tokens: 6400 } }],
    [SONNET_46, 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
    ['us.amazon.nova-2-lite-v1:0', 'low', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }],
    ['us.amazon.nova-2-lite-v1:0', 'high', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } }],
    [GPT_OSS, 'minimal', { reasoning_effort: 'low' }],
    ['qwen.qwen3-32b-v1:0', 'high', { reasoning_config: 'high' }],
    [NOVA, 'high', undefined],
    [GPT_OSS, 'none', undefined],
  ])('is asked for as the maker of %s has it: %s', (model, reasoningEffort, fields) => {
    expect(translate({ reasoningEffort }, model).body.additionalModelRequestFields).toEqual(fields);
  });

  it('by a budget forbids demands, and is not begun within a loop of tools', () => {
    const forced = translate({ reasoningEffort: 'low', tools: [TOOL], toolChoice: { type: 'required' } }, SONNET_45);
    expect(forced.body.toolConfig?.toolChoice).toEqual({ auto: {} });
    const messages = [HELLO, say('assistant', calls('c1')), result('c1', 'x')];
    const loop = translate({ messages, reasoningEffort: 'low', tools: [TOOL] }, SONNET_45);
    expect(loop.body).not.toHaveProperty('additionalModelRequestFields');
    expect(loop.warned).toEqual(['unsupported reasoning_effort']);
  });
});

describe('tools', () => {
  it.each([
    [{ type: 'auto' }, NOVA, { auto: {} }],
    [{ type: 'required' }, NOVA, { any: {} }],
    [{ type: 'tool', name: 'f' }, NOVA, { tool: { name: 'f' } }],
    [{ type: 'tool', name: 'f' }, 'mistral.mistral-large-3-675b-instruct', { auto: {} }],
    [{ type: 'required' }, 'mistral.mistral-large-3-675b-instruct', { any: {} }],
    [{ type: 'required' }, GPT_OSS, { auto: {} }],
    [{ type: 'allowed', mode: 'required', names: ['f'] }, NOVA, { any: {} }],
  ] as const)('are chosen as far as the model knows: %j at %s', (toolChoice, model, sent) => {
    expect(translate({ tools: [TOOL], toolChoice }, model).body.toolConfig?.toolChoice).toEqual(sent);
  });

  it('that are not to be called are not sent, but for those of past calls', () => {
    const none = { type: 'none' } as const;
    expect(translate({ tools: [TOOL], toolChoice: none }).body).not.toHaveProperty('toolConfig');
    const messages = [HELLO, say('assistant', calls('c1')), result('c1', 'x')];
    for (const tools of [[TOOL], []]) {
      const { body } = translate({ messages, tools, toolChoice: none });
      expect(body.toolConfig?.tools).toHaveLength(1);
      expect(body.system).toEqual([{ text: 'Do not call a tool now: answer in words.' }]);
    }
  });

  it('turn a stream into one piece where the model does not stream their calls', () => {
    expect(translate({ stream: true, tools: [TOOL] }, LLAMA)).toMatchObject({
      streams: false,
      warned: ['changed stream'],
    });
    expect(translate({ stream: true }, LLAMA).streams).toBe(true);
    expect(translate({ stream: true, tools: [TOOL] }, NOVA).streams).toBe(true);
  });

  it('of free text are functions of one argument', () => {
    const { body } = translate({ tools: [{ type: 'custom', name: 'sh' }] });
    expect(body.toolConfig?.tools).toEqual([
      {
        toolSpec: {
          name: 'sh',
          inputSchema: { json: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] } },
        },
      },
    ]);
  });
});

describe('the form of the answer', () => {
  it('is the service’s to hold where it can', () => {
    const { body, warned } = translate({ format: FORMAT }, SONNET_46);
    const jsonSchema = { name: 'answer', schema: JSON.stringify(SCHEMA) };
    expect(body.outputConfig).toEqual({ textFormat: { type: 'json_schema', structure: { jsonSchema } } });
    expect(warned).toEqual([]);
  });

  it('is asked for by a tool where it cannot, and in words where no tool can be demanded', () => {
    const nova = translate({ format: FORMAT });
    expect(nova.body.toolConfig?.toolChoice).toEqual({ tool: { name: 'answer' } });
    expect(nova.warned).toEqual(['changed response_format']);
    expect(translate({ format: FORMAT, tools: [TOOL] }).body.toolConfig?.toolChoice).toEqual({ any: {} });
    const llama = translate({ format: FORMAT }, LLAMA);
    expect(llama.body).not.toHaveProperty('toolConfig');
    expect(llama.body.system?.[0]).toMatchObject({ text: expect.stringContaining('"required":["a"]') as string });
    const unlisted = translate({ format: FORMAT }, SONNET_46, {}, ['tools']);
    expect(unlisted.body).not.toHaveProperty('outputConfig');
  });
});

describe('the rest', () => {
  it('is sampled within the service’s limits, and Claude’s', () => {
    const hot = translate({ temperature: 1.5, topP: 0.9, topK: 5, stop: ['', 'END'] });
    expect(hot.body.inferenceConfig).toEqual({ maxTokens: 8000, temperature: 1, topP: 0.9, stopSequences: ['END'] });
    expect(hot.body.additionalModelRequestFields).toEqual({ inferenceConfig: { topK: 5 } });
    expect(hot.warned.toSorted()).toEqual(['changed temperature', 'unsupported stop']);
    const claude = translate({ temperature: 0.5, topP: 0.9, topK: 5 }, SONNET_45);
    expect(claude.body.inferenceConfig).toEqual({ maxTokens: 8000, temperature: 0.5 });
    expect(claude.body.additionalModelRequestFields).toEqual({ top_k: 5 });
    expect(translate({ topK: 5, stop: ['END'] }, GPT_OSS)).toMatchObject({
      body: { inferenceConfig: { maxTokens: 8000 } },
      warned: ['unsupported top_k', 'unsupported stop'],
    });
  });

  it('is told of where it is not sent', () => {
    const body = {
      model: 'm',
      messages: [],
      seed: 1,
      service_tier: 'flex',
      parallel_tool_calls: true,
      novelty: 2,
      n: 1,
    };
    const { warned } = translate({ source: { dialect: 'openai-chat', body }, parallelToolCalls: false });
    expect(warned.toSorted()).toEqual(['ignored novelty', 'unsupported seed', 'unsupported service_tier']);
    const responses = { dialect: 'openai-responses', body: { input: 'a', parallel_tool_calls: false } } as const;
    expect(translate({ source: responses, parallelToolCalls: false }).warned).toEqual([
      'unsupported parallel_tool_calls',
    ]);
  });

  it('is refused where it would be another answer', () => {
    expect(refusal({ choices: 2 })).toEqual({ class: 'invalid_request', param: 'n' });
    const source = { dialect: 'openai-chat', body: { modalities: ['text', 'audio'] } } as const;
    expect(refusal({ source })).toEqual({ class: 'invalid_request', param: 'modalities' });
  });
});
