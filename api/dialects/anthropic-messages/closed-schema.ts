import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { asObject } from './json-fields.js';

/**
 * Whether every object of a JSON schema forbids further properties and requires all that it names. Anthropic holds its
 * models to schemas with optional properties as well; OpenAI refuses to, so `strict` is asked of it for these only.
 */
export function isClosedSchema(schema: JsonObject): boolean {
  const isObject = schema['type'] === 'object' || schema['properties'] !== undefined;
  if (isObject && !isClosedObject(schema)) return false;
  return Object.values(schema).every(isClosedValue);
}

function isClosedValue(value: Json | undefined): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).every(isClosedValue);
  const object = asObject(value);
  return object === undefined || isClosedSchema(object);
}

function isClosedObject(schema: JsonObject): boolean {
  const required: readonly Json[] = Array.isArray(schema['required']) ? (schema['required'] as readonly Json[]) : [];
  const names = Object.keys(asObject(schema['properties']) ?? {});
  return schema['additionalProperties'] === false && names.every((name) => required.includes(name));
}
