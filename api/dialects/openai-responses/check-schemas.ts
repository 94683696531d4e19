import type { RequestError } from '../../http/describe-issue.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** Refuses JSON schemas that are surely none, with the place. What a vendor's own subset forbids is left to the vendor. */
export function checkSchemas({ text, tools }: ResponsesRequestFields): RequestError | undefined {
  const format = text?.format;
  const wrong = format?.type === 'json_schema' ? checkSchema(format.schema, 'text.format.schema') : undefined;
  if (wrong) return wrong;
  for (const [index, tool] of (tools ?? []).entries()) {
    const parameters = tool.type === 'function' ? tool['parameters'] : undefined;
    const error = parameters == null ? undefined : checkSchema(parameters, `tools[${index}].parameters`);
    if (error) return error;
  }
  return undefined;
}

/** The body's depth is bounded before this, so that it may recurse. */
function checkSchema(schema: unknown, path: string): RequestError | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return invalid(path, 'expected a JSON schema, which is an object or a boolean');
  return checkType(schema['type'], path) ?? checkRequired(schema['required'], path) ?? checkInner(schema, path);
}

function checkType(type: unknown, path: string): RequestError | undefined {
  if (type === undefined) return undefined;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (types.length > 0 && types.every((one) => typeof one === 'string' && TYPES.includes(one))) return undefined;
  return invalid(`${path}.type`, `expected one or several of '${TYPES.join("', '")}'`);
}

function checkRequired(required: unknown, path: string): RequestError | undefined {
  if (required === undefined || (Array.isArray(required) && required.every((name) => typeof name === 'string'))) {
    return undefined;
  }
  return invalid(`${path}.required`, 'expected an array of the names of properties');
}

const OF_ONE = ['items', 'not', 'additionalProperties'];
const OF_LIST = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const BY_NAME = ['properties', '$defs', 'definitions'];

function checkInner(schema: Readonly<Record<string, unknown>>, path: string): RequestError | undefined {
  for (const [field, value] of Object.entries(schema)) {
    const error = checkField(field, value, `${path}.${field}`);
    if (error) return error;
  }
  return undefined;
}

function checkField(field: string, value: unknown, path: string): RequestError | undefined {
  // Drafts before 2020-12 allow a list of schemas here.
  if (OF_ONE.includes(field)) return Array.isArray(value) ? checkEach(value, path) : checkSchema(value, path);
  if (OF_LIST.includes(field)) {
    return Array.isArray(value) ? checkEach(value, path) : invalid(path, 'expected an array of JSON schemas');
  }
  if (!BY_NAME.includes(field)) return undefined;
  if (!isObject(value)) return invalid(path, 'expected an object of JSON schemas by name');
  for (const [name, inner] of Object.entries(value)) {
    const error = checkSchema(inner, `${path}.${printable(name)}`);
    if (error) return error;
  }
  return undefined;
}

function checkEach(schemas: readonly unknown[], path: string): RequestError | undefined {
  for (const [index, inner] of schemas.entries()) {
    const error = checkSchema(inner, `${path}[${index}]`);
    if (error) return error;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of properties are the caller's own, so what is echoed is bounded and printable. */
function printable(name: string): string {
  return name.slice(0, 64).replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}

function invalid(param: string, why: string): RequestError {
  return {
    message: `Invalid '${param.slice(0, 256)}': ${why}.`,
    param: param.slice(0, 256),
    code: 'invalid_json_schema',
  };
}
