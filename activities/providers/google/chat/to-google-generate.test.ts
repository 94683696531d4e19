import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../workflows/contracts/call.js';
import { ProviderFailure } from '../../port.js';
import { VERTEX_AI } from './model-traits.js';
import { FLASH_25, FLASH_3, HELLO, calls, result, say, signed, text, translate } from './test-attempt.js';

const refusalOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof ProviderFailure) return { class: error.failure.class, param: error.detail.param };
    throw error;
  }
  return undefined;
};

describe('a plain request', () => {
  it('has its contents and its cap, and nothing that was not asked for', () => {
    expect(translate({})).toEqual({
      body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }], generationConfig: { maxOutputTokens: 8000 } },
      warnings: [],
      warned: [],
    });
  });

  it('has its instructions apart, also those of later', () => {
    const { body, warned } = translate({ messages: [say('system', 'a'), HELLO, say('developer', 'b')] });
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'a' }, { text: 'b' }] });
    expect(warned).toEqual(['changed messages']);
  });

  it('sends instructions alone as the user’s, and refuses nothing at all', () => {
    expect(translate({ messages: [say('system', 'a')] }).body.contents).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
    ]);
    expect(refusalOf(() => translate({ messages: [say('user', '')] }))).toEqual({
      class: 'invalid_request',
      param: 'messages',
    });
  });

  it('instructs Gemma by its user', () => {
    const { body } = translate({ messages: [say('system', 'a'), HELLO] }, 'gemma-3-27b-it');
    expect(body).toMatchObject({ contents: [{ role: 'user', parts: [{ text: 'a' }, { text: 'hi' }] }] });
    expect(body).not.toHaveProperty('systemInstruction');
  });
});

describe('tool calls and their results', () => {
  const asked = say('assistant', calls('a', 'f', '{"x":1}'), calls('b', 'g'));

  it('stand together, in the calls’ order, by their ids', () => {
    const { body } = translate({
      messages: [HELLO, asked, result('b', 'two'), result('a', '{"one":1}'), say('user', 'so?')],
    });
    expect(body.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
          { functionCall: { id: 'b', name: 'g', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { one: 1 } } },
          { functionResponse: { id: 'b', name: 'g', response: { output: 'two' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'so?' }] },
    ]);
  });

  it('are told of where one is missing, late or of no call', () => {
    const messages = [HELLO, asked, result('a', 'x'), say('user', 'and?'), result('z', 'stray')];
    const { body, warned } = translate({ messages });
    expect(body.contents[2]?.parts).toMatchObject([
      { functionResponse: { id: 'a' } },
      { functionResponse: { id: 'b', response: { error: 'No result was given for this call.' } } },
    ]);
    expect(body.contents[3]?.parts).toEqual([{ text: 'and?' }, { text: '{"output":"stray"}' }]);
    expect(warned).toEqual(['changed messages', 'changed messages']);
  });

  it('belong to the latest call of an id that comes again', () => {
    const again = say('assistant', calls('a', 'f'));
    const { body } = translate({ messages: [HELLO, again, result('a', 'one'), again, result('a', 'two')] });
    const responses = body.contents.flatMap(({ parts }) =>
      parts.flatMap((part) => ('functionResponse' in part ? [part.functionResponse.response] : [])),
    );
    expect(responses).toEqual([{ output: 'one' }, { output: 'two' }]);
  });

  it('have an error as such, and pictures within for the newer models, beside for the older', () => {
    const picture: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' } };
    const messages = [
      HELLO,
      say('assistant', calls('a')),
      say('tool', { type: 'tool-result', toolCallId: 'a', isError: true, content: [text('bad'), picture] }),
    ];
    const blob = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    expect(translate({ messages }, FLASH_3).body.contents[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { error: 'bad' }, parts: [blob] } },
    ]);
    expect(translate({ messages }, FLASH_25).body.contents[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { error: 'bad' } } },
      blob,
    ]);
  });
});

describe('thought signatures', () => {
  const partsOf = (content: readonly Part[], model = FLASH_3) =>
    translate({ messages: [HELLO, say('assistant', ...content)] }, model).body.contents[1]?.parts;

  it('go back to their call, wherever the caller’s dialect puts them', () => {
    expect(partsOf([signed('b', 'S'), text('so'), calls('a'), calls('b')])).toEqual([
      { text: 'so' },
      { functionCall: { id: 'a', name: 'f', args: {} } },
      { functionCall: { id: 'b', name: 'f', args: {} }, thoughtSignature: 'S' },
    ]);
  });

  it('go back to their text, to a part without text, and with their thought', () => {
    expect(partsOf([signed('text', 'S'), text('so')])).toEqual([{ text: 'so', thoughtSignature: 'S' }]);
    expect(partsOf([text('so'), signed('text', 'S')])).toEqual([{ text: 'so', thoughtSignature: 'S' }]);
    expect(partsOf([signed('empty', 'S'), text('so')])).toEqual([{ text: 'so' }, { text: '', thoughtSignature: 'S' }]);
    expect(partsOf([signed('thought', 'S', 'hm'), text('so')])).toEqual([
      { text: 'hm', thought: true, thoughtSignature: 'S' },
      { text: 'so' },
    ]);
  });

  it('are stood in for at the first call of another model, where they are demanded', () => {
    const foreign: Part = { type: 'reasoning', text: 'hm', signature: 'theirs', vendor: 'anthropic' };
    expect(partsOf([foreign, calls('a'), calls('b')])).toEqual([
      { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: { id: 'b', name: 'f', args: {} } },
    ]);
    expect(partsOf([calls('a')], FLASH_25)).toEqual([{ functionCall: { id: 'a', name: 'f', args: {} } }]);
  });

  it('come from OpenRouter as redacted reasoning', () => {
    const redacted: Part = { type: 'reasoning', text: 'S', redacted: true, vendor: 'google', id: 'a' };
    expect(partsOf([redacted, calls('a')])).toMatchObject([{ thoughtSignature: 'S' }]);
  });
});

describe('media', () => {
  const ask = (part: Part, model = FLASH_25, service = undefined as typeof VERTEX_AI | undefined) =>
    translate({ messages: [say('user', part)] }, model, service).body.contents[0]?.parts[0];
  const at = (type: 'image' | 'file' | 'audio' | 'video', url: string): Part => ({
    type,
    source: { type: 'url', url },
  });

  it('is sent as data of its type', () => {
    const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/jpg', data: 'AAAA' } };
    expect(ask(image)).toEqual({ inlineData: { mimeType: 'image/jpeg', data: 'AAAA' } });
  });

  it.each([
    ['image', 'https://example.com/a.PNG?x=1', 'image/png'],
    ['file', 'https://example.com/paper', 'application/pdf'],
    ['video', 'https://youtu.be/lCdaVNyHtjU', 'video/mp4'],
    ['audio', 'https://generativelanguage.googleapis.com/v1beta/files/8b2b', 'audio/mpeg'],
  ] as const)('is sent by its address where the service fetches it: %s %s', (type, url, mimeType) => {
    expect(ask(at(type, url))).toEqual({ fileData: { mimeType, fileUri: url } });
  });

  it('is refused where the service does not, with its place', () => {
    const refused = { class: 'invalid_request', param: 'messages[0].content[0]' };
    expect(refusalOf(() => ask(at('audio', 'https://example.com/a.mp3')))).toEqual(refused);
    expect(refusalOf(() => ask(at('image', 'https://example.com/a.png'), 'gemini-2.0-flash'))).toEqual(refused);
    expect(refusalOf(() => ask({ type: 'file', source: { type: 'file-id', id: 'file-1' } }))).toEqual(refused);
    expect(ask(at('audio', 'gs://bucket/a.wav'), FLASH_25, VERTEX_AI)).toMatchObject({
      fileData: { mimeType: 'audio/wav' },
    });
  });
});

describe('tools', () => {
  const f = {
    type: 'function',
    name: 'f',
    parameters: { type: 'object', properties: { a: { type: 'string' } } },
  } as const;
  const g = { type: 'function', name: 'g' } as const;

  it.each([
    [{ type: 'auto' }, undefined],
    [{ type: 'none' }, { mode: 'NONE' }],
    [{ type: 'required' }, { mode: 'ANY' }],
    [
      { type: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ] as const)('are chosen: %j', (toolChoice, functionCallingConfig) => {
    const { body } = translate({ tools: [f, g], toolChoice });
    expect(body.toolConfig).toEqual(functionCallingConfig && { functionCallingConfig });
    expect(body.tools).toEqual([
      { functionDeclarations: [{ name: 'f', parametersJsonSchema: f.parameters }, { name: 'g' }] },
    ]);
  });

  it('that are not allowed now are not told of', () => {
    const { body } = translate({ tools: [f, g], toolChoice: { type: 'allowed', mode: 'required', names: ['g'] } });
    expect([body.tools, body.toolConfig?.functionCallingConfig.mode]).toEqual([
      [{ functionDeclarations: [{ name: 'g' }] }],
      'ANY',
    ]);
  });

  it('that are strict are held to their schemas', () => {
    const { body } = translate({ tools: [{ ...f, strict: true }] });
    expect(body.toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
  });

  it('lose what Google does not read of their schemas, and the caller is told', () => {
    const parameters = {
      $schema: 'x',
      type: 'object',
      title: 'T',
      properties: {
        title: { type: 'string', pattern: 'a', const: 'b' },
        n: { $ref: '#/definitions/N', description: 'd' },
      },
      definitions: { N: { type: 'integer', exclusiveMinimum: 0 } },
    };
    const { body, warnings } = translate({ tools: [{ ...f, parameters }] });
    expect(body.tools?.[0]?.functionDeclarations[0]?.parametersJsonSchema).toEqual({
      type: 'object',
      properties: { title: { type: 'string', enum: ['b'] }, n: { $ref: '#/$defs/N' } },
      $defs: { N: { type: 'integer' } },
    });
    expect(warnings.map(({ detail }) => detail.split(': ')[1])).toEqual(['exclusiveMinimum, pattern.']);
  });

  it('of free text take one argument', () => {
    const { body, warned } = translate({ tools: [{ type: 'custom', name: 'c' }] });
    expect(body.tools?.[0]?.functionDeclarations[0]?.parametersJsonSchema).toMatchObject({ required: ['input'] });
    expect(warned).toEqual(['changed tools[].custom']);
  });
});

describe('the form of the answer', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const format = { type: 'json-schema', name: 'x', schema } as const;
  const tools = [{ type: 'function', name: 'f' }] as const;

  it('is held to its schema', () => {
    const { body, warned } = translate({ format });
    expect([body.generationConfig, warned]).toEqual([
      { maxOutputTokens: 8000, responseMimeType: 'application/json', responseJsonSchema: schema },
      [],
    ]);
    expect(translate({ format: { type: 'json-object' } }).body.generationConfig.responseMimeType).toBe(
      'application/json',
    );
  });

  it('is told in words beside tools before Gemini 3', () => {
    const { body, warned } = translate({ format, tools });
    expect(body.systemInstruction?.parts[0]?.text).toContain(JSON.stringify(schema));
    expect([body.generationConfig, warned]).toEqual([{ maxOutputTokens: 8000 }, ['changed response_format']]);
    expect(translate({ format, tools }, FLASH_3).body.generationConfig.responseJsonSchema).toEqual(schema);
  });
});

describe('thinking', () => {
  const thinkingOf = (fields: Parameters<typeof translate>[0], model: string) => {
    const { body, warned } = translate(fields, model);
    return [body.generationConfig.thinkingConfig, warned];
  };
  const changed = ['changed reasoning_effort'];

  it.each([
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', 'low', { includeThoughts: true, thinkingBudget: 1024 }, []],
    // The cap of 8000 leaves no more, so that an answer fits.
    ['gemini-2.5-flash', 'high', { includeThoughts: true, thinkingBudget: 6400 }, []],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }, changed],
    ['gemini-3-flash-preview', 'minimal', { includeThoughts: true, thinkingLevel: 'minimal' }, []],
    ['gemini-3-pro-preview', 'medium', { includeThoughts: true, thinkingLevel: 'low' }, changed],
    ['gemini-3.1-pro-preview', 'medium', { includeThoughts: true, thinkingLevel: 'medium' }, []],
    ['gemini-flash-latest', 'max', { includeThoughts: true, thinkingLevel: 'high' }, changed],
    ['gemini-4-argon', 'none', { thinkingLevel: 'minimal' }, changed],
    ['gemini-2.0-flash', 'high', undefined, ['unsupported reasoning_effort']],
    ['gemini-2.5-flash', 'boundless', { includeThoughts: true }, ['unsupported reasoning_effort']],
  ])('of %s at effort %s is %j', (model, reasoningEffort, config, warned) => {
    expect(thinkingOf({ reasoningEffort }, model)).toEqual([config, warned]);
  });

  it('keeps within a budget, which newer models have as a level', () => {
    expect(thinkingOf({ reasoningBudgetTokens: 2000 }, FLASH_25)).toEqual([
      { includeThoughts: true, thinkingBudget: 2000 },
      [],
    ]);
    expect(thinkingOf({ reasoningBudgetTokens: 0 }, FLASH_25)).toEqual([{ thinkingBudget: 0 }, []]);
    expect(thinkingOf({ reasoningBudgetTokens: 10_000 }, FLASH_3)).toEqual([
      { includeThoughts: true, thinkingLevel: 'medium' },
      changed,
    ]);
  });

  it('is as the caller wrote it in Google’s own words', () => {
    const body = {
      extra_body: { google: { thinking_config: { thinking_budget: 5 }, cached_content: 'cachedContents/1' } },
    };
    const { body: sent, warned } = translate({ source: { dialect: 'openai-chat', body }, reasoningEffort: 'high' });
    expect(sent.generationConfig.thinkingConfig).toEqual({ thinkingBudget: 5 });
    expect(warned).toEqual(['unsupported extra_body.google.cached_content']);
  });
});

describe('sampling', () => {
  it('is sent as it is, within what the vendor takes', () => {
    const { body, warned } = translate({
      ...{ temperature: 2.5, topP: 0.5, topK: 3, seed: 7, choices: 2, stop: ['a', 'b', 'c', 'd', 'e', 'f', ''] },
    });
    expect(body.generationConfig).toEqual({
      ...{ maxOutputTokens: 8000, candidateCount: 2, temperature: 2, topP: 0.5, topK: 3, seed: 7 },
      stopSequences: ['a', 'b', 'c', 'd', 'e'],
    });
    expect(warned).toEqual(['changed temperature', 'changed stop']);
    expect(refusalOf(() => translate({ choices: 9 }))).toEqual({ class: 'invalid_request', param: 'n' });
  });

  it('has what chat completions carry beyond their dialect', () => {
    const source = { dialect: 'openai-chat', body: { top_k: 5 } } as const;
    expect(translate({ source })).toMatchObject({ body: { generationConfig: { topK: 5 } }, warned: [] });
  });

  it('has penalties and log probabilities where the service does', () => {
    const fields = { presencePenalty: 1, frequencyPenalty: 0, logprobs: { top: 3 } };
    expect(translate(fields).warned).toEqual(['unsupported presence_penalty', 'unsupported logprobs']);
    expect(translate(fields, FLASH_25, VERTEX_AI).body.generationConfig).toEqual({
      ...{ maxOutputTokens: 8000, presencePenalty: 1, frequencyPenalty: 0, responseLogprobs: true, logprobs: 3 },
    });
  });
});

describe('what cannot be honoured', () => {
  it('is told in the caller’s own words', () => {
    const body = {
      model: 'm',
      messages: [],
      user: 'u',
      web_search_options: {},
      service_tier: 'auto',
      odd: 1,
      store: true,
    };
    expect(translate({ source: { dialect: 'openai-chat', body } }).warned).toEqual([
      'unsupported user',
      'unsupported web_search_options',
      'ignored odd',
    ]);
    const messages = { model: 'm', messages: [], max_tokens: 5, metadata: { user_id: 'u' }, container: 'c' };
    expect(translate({ source: { dialect: 'anthropic-messages', body: messages } }).warned).toEqual([
      'ignored metadata',
      'ignored container',
    ]);
  });

  it('is refused where it would be another answer', () => {
    const body = { modalities: ['text', 'audio'] };
    expect(refusalOf(() => translate({ source: { dialect: 'openai-chat', body } }))).toEqual({
      class: 'invalid_request',
      param: 'modalities',
    });
  });

  it('is not what asks for safety settings', () => {
    const safety_settings = [{ category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' }];
    const body = { extra_body: { google: { safety_settings } } };
    const sent = translate({ source: { dialect: 'openai-chat', body } });
    expect([sent.body.safetySettings, sent.warned]).toEqual([safety_settings, []]);
  });
});
