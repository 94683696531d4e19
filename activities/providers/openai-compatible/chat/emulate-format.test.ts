import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { Capability } from '../../../../workflows/contracts/offers.js';
import { emulateFormat } from './emulate-format.js';
import { NO_ANSWER, readJsonAnswer } from './json-answer.js';
import type { OpenAiCompatibleProfile } from './profile.js';

const SCHEMA: JsonObject = { type: 'object', properties: { city: { type: 'string' } } };
const WEATHER: JsonObject = { type: 'function', function: { name: 'place' } };
const MESSAGES: readonly JsonObject[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Where?' },
];

function emulate(
  fields: JsonObject = {},
  structuredOutputs: OpenAiCompatibleProfile['structuredOutputs'] = 'tool',
  capabilities: readonly Capability[] = [],
) {
  const format = { type: 'json_schema', json_schema: { name: 'place', schema: SCHEMA } };
  const body = { messages: MESSAGES, response_format: format, ...fields };
  return emulateFormat(body, { capabilities }, { structuredOutputs });
}

describe('an answer in the form of a schema', () => {
  it('is left to a vendor that enforces it, and to one that was not asked for it', () => {
    expect(emulate({}, 'native')).toBeUndefined();
    expect(emulate({}, 'native', ['tools', 'json_schema'])).toBeUndefined();
    expect(emulate({ response_format: { type: 'json_object' } })).toBeUndefined();
    expect(emulate({ response_format: null })).toBeUndefined();
  });

  it.each([emulate(), emulate({}, 'native', ['tools'])])('is asked for by a tool elsewhere', (emulated) => {
    expect(emulated).toMatchObject({
      body: {
        tools: [{ function: { name: 'place', parameters: SCHEMA } }],
        tool_choice: { type: 'function', function: { name: 'place' } },
        parallel_tool_calls: false,
      },
      tool: 'place',
      schema: SCHEMA,
      warnings: [{ type: 'changed', feature: 'response_format' }],
    });
    expect(emulated?.body).not.toHaveProperty('response_format');
  });

  it('stands beside the caller’s own tools', () => {
    const beside = emulate({ tools: [WEATHER] });
    expect(beside).toMatchObject({
      body: { tools: [WEATHER, { function: { name: 'place_' } }], tool_choice: 'required' },
      tool: 'place_',
    });
    expect(emulate({ tools: [WEATHER], tool_choice: 'none' })?.body['tool_choice']).toMatchObject({ type: 'function' });
  });

  it.each<readonly [string, JsonObject, OpenAiCompatibleProfile['structuredOutputs']]>([
    ['the vendor has a JSON mode only', {}, 'json_object'],
    ['a call is demanded already', { tools: [WEATHER], tool_choice: 'required' }, 'tool'],
    ['a tool is named already', { tools: [WEATHER], tool_choice: WEATHER }, 'tool'],
    ['the older functions are used', { functions: [{ name: 'f' }] }, 'tool'],
    [
      'it is no object',
      { response_format: { type: 'json_schema', json_schema: { name: 'l', schema: { type: 'array' } } } },
      'tool',
    ],
  ])('is asked for in words where %s', (_name, fields, mode) => {
    const emulated = emulate(fields, mode);
    expect(emulated?.tool).toBeUndefined();
    expect(emulated?.warnings).toMatchObject([{ type: 'changed', feature: 'response_format' }]);
    expect(emulated?.body).toMatchObject({
      response_format: { type: 'json_object' },
      messages: [MESSAGES[0], { role: 'system', content: expect.stringContaining('"type"') as string }, MESSAGES[1]],
    });
  });
});

describe('a call that is the answer', () => {
  it('is read as what was said, without the vendor’s own words', () => {
    const wire = { dialect: 'openai-chat', streamed: true, body: {} } as const;
    const [state, first] = readJsonAnswer(
      NO_ANSWER,
      {
        events: [
          { type: 'tool-call-start', choice: 0, block: 2, id: 'a', name: 'place' },
          { type: 'tool-call-start', choice: 1, block: 0, id: 'b', name: 'other' },
        ],
        wire,
      },
      'place',
    );
    expect(first).toEqual({ events: [{ type: 'tool-call-start', choice: 1, block: 0, id: 'b', name: 'other' }] });
    const reason = { unified: 'tool-calls', raw: 'tool_calls' } as const;
    const [, rest] = readJsonAnswer(
      state,
      {
        events: [
          { type: 'tool-call-delta', choice: 0, block: 2, arguments: '{}' },
          { type: 'tool-call-delta', choice: 1, block: 0, arguments: '{}' },
          { type: 'finish', choice: 0, reason },
          { type: 'finish', choice: 1, reason },
        ],
        wire,
      },
      'place',
    );
    expect(rest).toEqual({
      events: [
        { type: 'text-delta', choice: 0, block: 2, text: '{}' },
        { type: 'tool-call-delta', choice: 1, block: 0, arguments: '{}' },
        { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'tool_calls' } },
        { type: 'finish', choice: 1, reason },
      ],
    });
  });
});
