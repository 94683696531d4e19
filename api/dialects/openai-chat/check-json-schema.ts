import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import type { RequestError } from '../../http/describe-issue.js';
import type { ChatRequestFields } from './chat-request.schema.js';
import { asObject } from '../shared/json-fields.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** Keywords whose value is a schema, a list of schemas, or schemas by name. What else a schema holds is left to the vendor. */
const ONE = ['additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const NAMED = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

const PARAM = 'response_format.json_schema.schema';

/**
 * Refuses a schema for the answer that is none by JSON Schema's own rules, since no vendor could hold an answer to it. Walks
 * with a list; the body's depth is bounded before.
 */
export function checkJsonSchema({ response_format: format }: ChatRequestFields): RequestError | undefined {
  if (format?.type !== 'json_schema' || format.json_schema.schema == null) return undefined;
  const open: { readonly schema: Json; readonly path: string }[] = [
    { schema: format.json_schema.schema as JsonObject, path: PARAM },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { schema, path } = next;
    if (typeof schema === 'boolean') continue;
    const fields = asObject(schema);
    if (fields === undefined) return refuse(path, 'expected a schema: an object or a boolean');
    const problem = checkKeywords(fields, path);
    if (problem) return problem;
    open.push(...innerSchemas(fields, path));
  }
  return undefined;
}

function checkKeywords(schema: JsonObject, path: string): RequestError | undefined {
  const { type, enum: values, required, $ref: reference } = schema;
  const types = Array.isArray(type) ? (type as readonly Json[]) : [type];
  if (type !== undefined && !types.every((name) => typeof name === 'string' && TYPES.includes(name))) {
    return refuse(`${path}.type`, `expected one of '${TYPES.join("', '")}', or several in a list`);
  }
  if (values !== undefined && !Array.isArray(values)) return refuse(`${path}.enum`, 'expected a list of values');
  if (required !== undefined && !isListOfNames(required)) return refuse(`${path}.required`, 'expected a list of names');
  if (reference !== undefined && typeof reference !== 'string') return refuse(`${path}.$ref`, 'expected a string');
  const lists = LISTS.find((name) => schema[name] !== undefined && !Array.isArray(schema[name]));
  if (lists !== undefined) return refuse(`${path}.${lists}`, 'expected a list of schemas');
  const named = NAMED.find((name) => schema[name] !== undefined && asObject(schema[name]) === undefined);
  return named === undefined
    ? undefined
    : refuse(`${path}.${named}`, 'expected an object with a schema under each name');
}

function isListOfNames(value: Json): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function innerSchemas(schema: JsonObject, path: string): readonly { readonly schema: Json; readonly path: string }[] {
  const { items } = schema;
  const several = [...LISTS, ...(Array.isArray(items) ? ['items'] : [])];
  const single = [...ONE, ...(Array.isArray(items) ? [] : ['items'])];
  return [
    ...single.flatMap((name) => {
      const inner = schema[name];
      return inner === undefined ? [] : [{ schema: inner, path: `${path}.${name}` }];
    }),
    ...several.flatMap((name) =>
      ((schema[name] ?? []) as readonly Json[]).map((inner, at) => ({ schema: inner, path: `${path}.${name}[${at}]` })),
    ),
    ...NAMED.flatMap((name) =>
      Object.entries(asObject(schema[name]) ?? {}).map(([key, inner]) => ({
        schema: inner ?? null,
        path: `${path}.${name}.${key}`,
      })),
    ),
  ];
}

function refuse(path: string, expected: string): RequestError {
  // Names within a schema are the caller's own words, so the path ends where it would get long.
  const param = path.slice(0, 256);
  return { message: `Invalid schema for the answer at '${param}': ${expected}.`, param, code: 'invalid_json_schema' };
}
