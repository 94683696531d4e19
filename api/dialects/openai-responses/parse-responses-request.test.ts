import { describe, expect, it } from 'vitest';
import { parseResponsesRequest } from './parse-responses-request.js';
import { unsupportedField } from './unsupported-fields.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const call = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'c1', output: 'ok' };
const image = (url: string) => [
  {
    role: 'user',
    content: [
      { type: 'input_text', text: 'x' },
      { type: 'input_image', image_url: url },
    ],
  },
];

function parse(fields: object) {
  return parseResponsesRequest({ model: 'm', input: 'Hi', ...fields });
}

function errorOf(fields: object) {
  const parsed = parse(fields);
  return parsed.ok ? undefined : parsed.error;
}

describe('a request that is well formed', () => {
  it.each([
    ['a string', { input: 'Hi' }],
    ['an empty list', { input: [] }],
    [
      'every kind of message',
      {
        input: [
          { role: 'developer', content: 'a' },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'b' }] },
          {
            role: 'assistant',
            content: [
              { type: 'output_text', text: 'c', annotations: [] },
              { type: 'refusal', refusal: 'd' },
            ],
          },
        ],
      },
    ],
    ['a call and its output', { input: [call, output] }],
    ['an output in parts', { input: [call, { ...output, output: [{ type: 'input_text', text: 'ok' }] }] }],
    ['an id that is used again once it was answered', { input: [call, output, call, output] }],
    ['a call of another turn', { input: [output], previous_response_id: 'resp_1' }],
    ['an image', { input: image(`data:image/png;base64,${PNG}`) }],
    ['an image of the web', { input: image('https://a.example/b.png') }],
    ['fields that nobody knows', { input: [{ role: 'user', content: 'Hi', shiny: 1 }], shiny: { a: [1] } }],
    ['an item of a type that is newer than this', { input: [{ type: 'shiny_call', id: 'x' }] }],
    [
      'tools of every kind',
      {
        tools: [
          { type: 'function', name: 'a', parameters: { type: 'object', properties: { b: true } }, strict: null },
          { type: 'custom', name: 'b', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
          { type: 'web_search' },
        ],
      },
    ],
    ['a choice of a vendor’s tool', { tool_choice: { type: 'web_search' }, tools: [{ type: 'web_search' }] }],
    [
      'allowed tools',
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'a' }] } },
    ],
  ])('is accepted: %s', (_, fields) => {
    expect(errorOf(fields)).toBeUndefined();
  });
});

describe('a request that is not', () => {
  it.each([
    ['no model', { model: undefined }, 'model', 'missing_required_parameter'],
    ['no input', { input: undefined }, 'input', 'missing_required_parameter'],
    ['an input of another type', { input: 7 }, 'input', 'invalid_type'],
    ['an item that is none', { input: [7] }, 'input[0]', 'invalid_type'],
    ['an unknown role', { input: [{ role: 'robot', content: 'x' }] }, 'input[0].role', 'invalid_value'],
    [
      'an input part of the assistant',
      { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
      'input[0].content[0].type',
      'invalid_value',
    ],
    [
      'an output part of the user',
      { input: [{ role: 'user', content: [{ type: 'output_text', text: 'x' }] }] },
      'input[0].content[0].type',
      'invalid_value',
    ],
    [
      'an image without a source',
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      'input[0].content[0]',
      'missing_required_parameter',
    ],
    [
      'an image that is none',
      { input: image('data:image/png;base64,aGVsbG8gd29ybGQ=') },
      'input[0].content[1].image_url',
      'invalid_image',
    ],
    [
      'an image that is not base64',
      { input: image('data:image/png;base64,@@@@') },
      'input[0].content[1].image_url',
      'invalid_base64',
    ],
    [
      'a PDF as an image',
      { input: image('data:application/pdf;base64,JVBERi0=') },
      'input[0].content[1].image_url',
      'unsupported_image_media_type',
    ],
    ['an image by another protocol', { input: image('ftp://a') }, 'input[0].content[1].image_url', 'invalid_value'],
    [
      'a file that is not base64',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_data: 'data:application/pdf;base64,(' }] }] },
      'input[0].content[0].file_data',
      'invalid_base64',
    ],
    ['an output without its call', { input: [output] }, 'input[0].call_id', 'invalid_value'],
    ['an output of a call after it', { input: [output, call] }, 'input[0].call_id', 'invalid_value'],
    ['two outputs of one call', { input: [call, output, output] }, 'input[2].call_id', 'invalid_value'],
    ['two open calls of one id', { input: [call, call] }, 'input[1].call_id', 'invalid_value'],
    [
      'a call without arguments',
      { input: [{ ...call, arguments: undefined }] },
      'input[0].arguments',
      'missing_required_parameter',
    ],
    ['a negative temperature', { temperature: -1 }, 'temperature', 'integer_below_min_value'],
    ['a cap of nothing', { max_output_tokens: 0 }, 'max_output_tokens', 'integer_below_min_value'],
    ['a dearer tier', { service_tier: 'priority' }, 'service_tier', 'unsupported_value'],
    ['a function without a name', { tools: [{ type: 'function' }] }, 'tools[0].name', 'missing_required_parameter'],
    [
      'a namespace whose function has no name',
      { tools: [{ type: 'namespace', name: 'a', tools: [{ type: 'function' }] }] },
      'tools[0].tools[0].name',
      'missing_required_parameter',
    ],
    [
      'a namespace of nothing',
      { tools: [{ type: 'namespace', name: 'a', tools: [] }] },
      'tools[0].tools',
      'empty_array',
    ],
    [
      'a schema that is none within a namespace',
      {
        tools: [
          {
            type: 'namespace',
            name: 'a',
            tools: [{ type: 'function', name: 'b', parameters: { type: 'object', required: 'b' } }],
          },
        ],
      },
      'tools[0].tools[0].parameters.required',
      'invalid_json_schema',
    ],
    ['a custom tool without a name', { tools: [{ type: 'custom' }] }, 'tools[0].name', 'missing_required_parameter'],
    [
      'a choice without a name',
      { tool_choice: { type: 'function' } },
      'tool_choice.name',
      'missing_required_parameter',
    ],
    [
      'a choice of a tool that is not there',
      { tool_choice: { type: 'function', name: 'x' }, tools: [{ type: 'function', name: 'a' }] },
      'tool_choice',
      'invalid_value',
    ],
    [
      'a schema that is none',
      { text: { format: { type: 'json_schema', name: 'a', schema: { type: 'objet' } } } },
      'text.format.schema.type',
      'invalid_json_schema',
    ],
    [
      'a schema with a wrong property',
      { text: { format: { type: 'json_schema', name: 'a', schema: { properties: { b: { items: 7 } } } } } },
      'text.format.schema.properties.b.items',
      'invalid_json_schema',
    ],
    [
      'parameters that are no schema',
      { tools: [{ type: 'function', name: 'a', parameters: { type: 'object', required: 'b' } }] },
      'tools[0].parameters.required',
      'invalid_json_schema',
    ],
    [
      'a format without a schema',
      { text: { format: { type: 'json_schema', name: 'a' } } },
      'text.format.schema',
      'missing_required_parameter',
    ],
  ])('is refused with its place: %s', (_, fields, param, code) => {
    expect(errorOf(fields)).toMatchObject({ param, code });
  });

  it.each([undefined, null, [], 'x', 7])('is refused where it is no object: %s', (body) => {
    expect(parseResponsesRequest(body)).toMatchObject({ ok: false, error: { param: null, code: 'invalid_type' } });
  });

  it('is told of in words that do not repeat the input', () => {
    const secret = 'canary-7';
    const error = errorOf({
      input: [
        { role: 'user', content: secret },
        { ...output, call_id: secret, output: secret },
      ],
    });
    expect(error?.message).not.toContain(secret);
  });
});

describe('what is not done here', () => {
  it.each([
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true, store: false }],
    [
      'input[1]',
      {
        input: [
          { role: 'user', content: 'a' },
          { type: 'item_reference', id: 'msg_1' },
        ],
      },
    ],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
  ])('is refused with its place: %s', (param, fields) => {
    const parsed = parse(fields);
    expect(parsed.ok && unsupportedField(parsed.request)).toMatchObject({ param, code: 'unsupported_parameter' });
  });

  it.each([
    { store: true },
    { background: false },
    { background: true },
    { truncation: 'auto' },
    { include: ['reasoning.encrypted_content'] },
  ])('leaves %j alone', (fields) => {
    const parsed = parse(fields);
    expect(parsed.ok && unsupportedField(parsed.request)).toBeUndefined();
  });
});
