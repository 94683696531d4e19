import { describe, expect, it } from 'vitest';
import type { ChatCall, OutputFormat } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { HAIKU_3, say, testAttempt, translate } from './test-attempt.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';
import { toOutputSchema } from './to-output-schema.js';

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const CLOSED = { ...SCHEMA, additionalProperties: false };

function schemaFormat(schema: JsonObject, fields: { readonly description?: string } = {}): OutputFormat {
  return { type: 'json-schema', name: 'place', schema, ...fields };
}

describe('the form of the answer', () => {
  it('of text asks for nothing', () => {
    const { body, warned } = translate({ format: { type: 'text' } });
    expect(Object.keys(body).sort()).toEqual(['max_tokens', 'messages', 'model', 'stream']);
    expect(warned).toEqual([]);
  });

  it('of a schema is asked for by the vendor’s own means', () => {
    const { body, warned } = translate({ format: schemaFormat(SCHEMA, { description: 'A place.' }) });
    expect(body.output_config).toEqual({
      format: { type: 'json_schema', schema: { ...CLOSED, description: 'A place.' } },
    });
    expect(body).not.toHaveProperty('tools');
    expect(warned).toEqual([]);
  });

  it('tells of what is not enforced', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 3 } } };
    expect(translate({ format: schemaFormat(schema) }).warned).toEqual(['changed response_format']);
  });

  it('of JSON is asked for in words', () => {
    const { body, warned } = translate({
      messages: [say('system', 'a'), say('user', 'b')],
      format: { type: 'json-object' },
    });
    expect(body.system?.map((block) => block.text)).toEqual(['a', expect.stringContaining('JSON')]);
    expect(warned).toEqual(['changed response_format']);
  });
});

describe('a schema at a model without structured outputs', () => {
  const ask = (fields: Partial<ChatCall> = {}) =>
    toAnthropicMessages(testAttempt({ format: schemaFormat(SCHEMA), ...fields }, HAIKU_3));

  it('becomes a tool that must be called, and that is the answer', () => {
    const { body, reading, warnings } = ask();
    expect(body).toMatchObject({
      tools: [{ name: 'place', input_schema: SCHEMA }],
      tool_choice: { type: 'tool', name: 'place', disable_parallel_tool_use: true },
    });
    expect(reading.jsonTool).toBe('place');
    expect(warnings).toMatchObject([{ type: 'changed', feature: 'response_format' }]);
    expect(ask().unenforced).toEqual(SCHEMA);
  });

  it('stands beside the caller’s own tools', () => {
    const { body, reading } = ask({ tools: [{ type: 'function', name: 'place' }] });
    expect(body['tools']).toMatchObject([{ name: 'place' }, { name: 'place_' }]);
    expect(body['tool_choice']).toEqual({ type: 'any', disable_parallel_tool_use: true });
    expect(reading.jsonTool).toBe('place_');
    const none = ask({ tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'none' } });
    expect(none.body['tool_choice']).toMatchObject({ type: 'tool', name: 'place' });
  });

  it.each<readonly [string, Partial<ChatCall>]>([
    ['a call is demanded already', { tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'required' } }],
    ['it is no object', { format: schemaFormat({ type: 'array', items: { type: 'string' } }) }],
  ])('is asked for in words where %s', (_name, fields) => {
    const { body, reading, warnings } = ask(fields);
    expect(body['system']).toMatchObject([{ text: expect.stringContaining('schema') as string }]);
    expect(reading).not.toHaveProperty('jsonTool');
    expect(warnings).toMatchObject([{ type: 'changed', feature: 'response_format' }]);
  });
});

describe('an output schema', () => {
  it.each<readonly [string, JsonObject, JsonObject, readonly string[]]>([
    [
      'closes objects at every level',
      { type: 'object', properties: { a: SCHEMA } },
      { type: 'object', properties: { a: CLOSED }, additionalProperties: false },
      [],
    ],
    ['keeps formats that are known', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }, []],
    [
      'describes formats that are not',
      { type: 'string', format: 'color' },
      { type: 'string', description: '{format: "color"}' },
      ['format'],
    ],
    [
      'adds to a description',
      { type: 'string', description: 'x', maxLength: 3 },
      { type: 'string', description: 'x\n\n{maxLength: 3}' },
      ['maxLength'],
    ],
    [
      'keeps what is enforced of lists',
      { type: 'array', items: { type: 'null' }, minItems: 1 },
      { type: 'array', items: { type: 'null' }, minItems: 1 },
      [],
    ],
    [
      'describes the rest',
      { type: 'array', items: { type: 'null' }, minItems: 2 },
      { type: 'array', items: { type: 'null' }, description: '{minItems: 2}' },
      ['minItems'],
    ],
    [
      'turns one of into any of',
      { oneOf: [{ type: 'null' }, { const: 1 }] },
      { anyOf: [{ type: 'null' }, { const: 1 }] },
      [],
    ],
    [
      'keeps references and what they refer to',
      { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } },
      { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } },
      [],
    ],
    ['leaves out what says nothing', { $schema: 'x', type: 'null' }, { type: 'null' }, []],
  ])('%s', (_name, written, schema, described) => {
    expect(toOutputSchema(written)).toEqual({ schema, described });
  });

  it.each<JsonObject>([
    {},
    { type: 'object' },
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'object', patternProperties: { a: {} } },
    { type: 'array' },
    { type: 'array', items: {} },
    { type: 'object', properties: { a: true } },
    { anyOf: [{ type: 'null' }, {}] },
  ])('cannot say %j', (written) => {
    expect(toOutputSchema(written)).toBeUndefined();
  });

  it('is left as the caller wrote it where it cannot be enforced', () => {
    const open = { type: 'object', additionalProperties: { type: 'string' } };
    const { body, warned } = translate({ format: schemaFormat(open) });
    // A forced tool takes any schema of an object.
    expect(body.tools).toMatchObject([{ name: 'place', input_schema: open }]);
    expect(warned).toEqual(['changed response_format']);
  });
});
