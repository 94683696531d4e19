import { describe, expect, it } from 'vitest';
import type { Json } from '../../../workflows/contracts/json.js';
import { parseChatRequest } from './parse-chat-request.js';

function paramOf(schema: Json): string | null | undefined {
  const read = parseChatRequest({
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
  });
  if (read.ok) return undefined;
  expect(read.error.code).toBe('invalid_json_schema');
  return read.error.param;
}

describe('a schema for the answer', () => {
  it.each<readonly [Json, string]>([
    [{ type: 'dict' }, '.type'],
    [{ type: ['string', 'nothing'] }, '.type'],
    [{ type: 'object', properties: ['a'] }, '.properties'],
    [{ type: 'object', properties: { a: 'string' } }, '.properties.a'],
    [{ type: 'object', properties: { a: { type: 1 } } }, '.properties.a.type'],
    [{ type: 'object', required: 'a' }, '.required'],
    [{ type: 'array', items: { anyOf: { type: 'string' } } }, '.items.anyOf'],
    [{ type: 'array', items: [{ type: 'string' }, null] }, '.items[1]'],
    [{ anyOf: [{ type: 'string' }, { enum: 'a' }] }, '.anyOf[1].enum'],
    [{ $defs: { a: { $ref: 1 } }, $ref: '#/$defs/a' }, '.$defs.a.$ref'],
    [{ type: 'object', additionalProperties: 'no' }, '.additionalProperties'],
  ])('that is none is refused where it is wrong: %j', (schema, path) => {
    expect(paramOf(schema)).toBe(`response_format.json_schema.schema${path}`);
  });

  it.each<readonly [Json]>([
    [{}],
    [{ type: ['string', 'null'], enum: ['a', null], 'x-unknown': 1, format: 'uri', minimum: 'vendors may differ' }],
    [{ type: 'object', properties: { type: { type: 'string' }, required: true }, additionalProperties: false }],
    [{ $ref: '#/$defs/node', $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } } }],
  ])('that is one is not: %j', (schema) => {
    expect(paramOf(schema)).toBeUndefined();
  });
});
