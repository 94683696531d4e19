import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { isObject, numberOf } from './json-fields.js';

/** Deep enough for any schema of a test, and an end for those that refer to themselves. */
const greatestDepth = 8;

/** A value that fits a JSON schema of the kind that callers send: the fake's tool arguments and structured answers. */
export const exampleOf = (schema: JsonObject, root: JsonObject = schema, depth = 0): Json => {
  const target = resolve(schema, root);
  const fixed = fixedValue(target);
  if (fixed !== undefined) return fixed;
  const options = target.anyOf ?? target.oneOf;
  const first = Array.isArray(options) ? (options as readonly Json[]).find(isObject) : undefined;
  if (first !== undefined && depth < greatestDepth) return exampleOf(first, root, depth + 1);
  return exampleOfType(typeOf(target), target, root, depth);
};

const resolve = (schema: JsonObject, root: JsonObject): JsonObject => {
  const reference = schema.$ref;
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
  const steps = reference.split('/').slice(1);
  const target = steps.reduce<Json | undefined>((at, step) => (isObject(at) ? at[step] : undefined), root);
  return isObject(target) ? target : {};
};

const fixedValue = (schema: JsonObject): Json | undefined => {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return (schema.enum as readonly Json[])[0];
  return schema.default;
};

const typeOf = (schema: JsonObject): string => {
  const type = schema.type;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String((type as readonly Json[]).find((name) => name !== 'null') ?? 'null');
  return isObject(schema.properties) ? 'object' : 'string';
};

const exampleOfType = (type: string, schema: JsonObject, root: JsonObject, depth: number): Json => {
  switch (type) {
    case 'object':
      return exampleOfObject(schema, root, depth);
    case 'array':
      return isObject(schema.items) && depth < greatestDepth ? [exampleOf(schema.items, root, depth + 1)] : [];
    case 'integer':
    case 'number':
      return Math.min(Math.max(7, numberOf(schema.minimum) ?? 7), numberOf(schema.maximum) ?? 7);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'Zürich 水門';
  }
};

const exampleOfObject = (schema: JsonObject, root: JsonObject, depth: number): JsonObject => {
  if (!isObject(schema.properties) || depth >= greatestDepth) return {};
  const properties = Object.entries(schema.properties);
  return Object.fromEntries(
    properties.map(([name, property]) => [name, isObject(property) ? exampleOf(property, root, depth + 1) : null]),
  );
};
