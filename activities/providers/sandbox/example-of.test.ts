import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { exampleOf } from './example-of.js';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, friends: { type: 'array', items: { $ref: '#/$defs/person' } } },
  required: ['name', 'friends'],
  additionalProperties: false,
};

const SCHEMAS: readonly (readonly [string, JsonObject])[] = [
  ['any value', {}],
  ['an enum', { enum: ['b', 'a'] }],
  ['a constant', { const: null }],
  ['types', { type: ['null', 'integer'] }],
  ['lengths', { type: 'string', minLength: 12, maxLength: 13 }],
  ['a short string', { type: 'string', maxLength: 2 }],
  ...['date-time', 'date', 'time', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'].map(
    (format) => [format, { type: 'string', format }] as const,
  ),
  ['bounds', { type: 'integer', minimum: -5, maximum: -2 }],
  ['exclusive bounds', { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 }],
  ['narrow exclusive bounds', { type: 'number', exclusiveMinimum: 0.1, exclusiveMaximum: 0.2 }],
  ['a multiple', { type: 'number', multipleOf: 7, minimum: 15 }],
  ['a multiple below', { type: 'integer', multipleOf: 4, maximum: -1 }],
  ['a list', { type: 'array', items: { type: 'boolean' }, minItems: 3 }],
  ['an empty list', { type: 'array', items: { type: 'boolean' }, maxItems: 0 }],
  ['choices', { anyOf: [{ type: 'object', properties: { a: { const: 1 } }, required: ['a'] }, { type: 'null' }] }],
  [
    'choices with something in common',
    { type: 'object', required: ['a'], oneOf: [{ properties: { a: { type: 'integer' } } }] },
  ],
  [
    'composition',
    { allOf: [{ $ref: '#/$defs/a' }, { required: ['b'] }], $defs: { a: { type: 'object', required: ['a'] } } },
  ],
  ['a closed object', { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }],
  ['recursion', { $ref: '#/$defs/person', $defs: { person } }],
  [
    'recursion by a choice',
    {
      $defs: {
        node: {
          type: 'object',
          properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
          required: ['next'],
        },
      },
      $ref: '#/$defs/node',
    },
  ],
];

describe('an example', () => {
  it.each(SCHEMAS)('fits %s', (_name, schema) => {
    const validate = ajv.compile(schema);
    const value = exampleOf(schema);
    expect([validate(value), validate.errors, value]).toMatchObject([true, null, value]);
    expect(exampleOf(schema)).toEqual(value);
  });

  it.each([
    [
      'compositions that double themselves',
      { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } },
    ],
    [
      'objects that double themselves',
      {
        $ref: '#/$defs/a',
        $defs: {
          a: {
            type: 'object',
            properties: { x: { $ref: '#/$defs/a' }, y: { $ref: '#/$defs/a' } },
            required: ['x', 'y'],
          },
        },
      },
    ],
    [
      'lists of lists',
      { $ref: '#/$defs/a', $defs: { a: { type: 'array', minItems: 1e9, items: { $ref: '#/$defs/a' } } } },
    ],
    ['lengths without bound', { type: 'string', minLength: 1e12 }],
    ['references to nowhere', { $ref: '#/%/nowhere' }],
  ] as readonly (readonly [string, JsonObject])[])('of %s comes to an end', (_name, schema) => {
    expect(JSON.stringify(exampleOf(schema)).length).toBeLessThan(10_000_000);
  });
});
