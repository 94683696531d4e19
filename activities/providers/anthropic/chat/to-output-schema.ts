import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects } from '../../json-fields.js';
import { asArray, asText } from './json-fields.js';

export interface OutputSchema {
  readonly schema: JsonObject;
  /** Keywords that became words of a description, because the vendor refuses them; each named once. */
  readonly described: readonly string[];
}

/**
 * A JSON schema within what Anthropic enforces (`output_config.format`, strict tools): every object is closed, and keywords
 * beyond the supported ones are told to the model in descriptions, as the vendor's own SDKs do. `undefined` where that would
 * change what may be answered: values of any kind, and objects with keys of any name.
 */
export function toOutputSchema(written: JsonObject): OutputSchema | undefined {
  const described = new Set<string>();
  const schema = bound(written, described);
  return schema === undefined ? undefined : { schema, described: [...described] };
}

const KEPT = ['type', 'title', 'description', 'enum', 'const', 'default'];
const STRUCTURE = [
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'oneOf',
  'allOf',
  '$defs',
  'definitions',
];
/** Keywords that say nothing of a value. */
const SILENT = ['$schema', '$id', '$comment'];
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];

type Fields = Record<string, Json>;

function bound(schema: JsonObject, described: Set<string>): JsonObject | undefined {
  const reference = schema['$ref'];
  if (reference !== undefined) return boundReference(schema, reference, described);
  if (!saysSomething(schema) || 'patternProperties' in schema) return undefined;
  const fields: Fields = {};
  for (const name of KEPT) if (schema[name] !== undefined) fields[name] = schema[name];
  const whole =
    boundDefinitions(schema, fields, described) &&
    boundChoices(schema, fields, described) &&
    boundItems(schema, fields, described) &&
    boundObject(schema, fields, described);
  if (!whole) return undefined;
  return describeRest(schema, fields, described);
}

/** Nothing may stand beside a reference but the definitions that it refers to. */
function boundReference(schema: JsonObject, reference: Json, described: Set<string>): JsonObject | undefined {
  const fields: Fields = { $ref: reference };
  return boundDefinitions(schema, fields, described) ? fields : undefined;
}

/** A schema of no type allows anything, which the vendor has no way to say. */
function saysSomething(schema: JsonObject): boolean {
  return ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', 'properties'].some((name) => schema[name] !== undefined);
}

function boundDefinitions(schema: JsonObject, fields: Fields, described: Set<string>): boolean {
  return ['$defs', 'definitions'].every((name) => boundEach(schema, name, fields, described));
}

function boundEach(schema: JsonObject, name: string, fields: Fields, described: Set<string>): boolean {
  const children = asObject(schema[name]);
  if (children === undefined) return true;
  const bounded = Object.entries(children).map(([key, child]) => [key, boundChild(child, described)] as const);
  if (bounded.some(([, child]) => child === undefined)) return false;
  fields[name] = Object.fromEntries(bounded);
  return true;
}

function boundChild(child: Json | undefined, described: Set<string>): JsonObject | undefined {
  const schema = asObject(child);
  return schema === undefined ? undefined : bound(schema, described);
}

/** `oneOf` is not taken; `anyOf` allows what it allows, and more only where several of its schemas fit at once. */
function boundChoices(schema: JsonObject, fields: Fields, described: Set<string>): boolean {
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const options = asArray(schema[name]);
    if (options.length === 0) continue;
    const bounded = options.map((option) => boundChild(option, described));
    if (bounded.some((option) => option === undefined)) return false;
    const under = name === 'oneOf' ? 'anyOf' : name;
    if (fields[under] !== undefined) return false;
    fields[under] = bounded as JsonObject[];
  }
  return true;
}

function boundItems(schema: JsonObject, fields: Fields, described: Set<string>): boolean {
  if (schema['items'] === undefined) return !hasType(schema, 'array');
  const items = boundChild(schema['items'], described);
  if (items === undefined) return false;
  fields['items'] = items;
  return true;
}

function boundObject(schema: JsonObject, fields: Fields, described: Set<string>): boolean {
  const properties = asObject(schema['properties']);
  if (properties === undefined && !hasType(schema, 'object')) return true;
  const additional = schema['additionalProperties'];
  // Keys of any name are the point of such an object; elsewhere they are only not forbidden.
  if (asObject(additional) !== undefined) return false;
  if (additional !== false && Object.keys(properties ?? {}).length === 0) return false;
  if (!boundEach({ properties: properties ?? {} }, 'properties', fields, described)) return false;
  if (additional === true) described.add('additionalProperties');
  if (schema['required'] !== undefined) fields['required'] = schema['required'];
  fields['additionalProperties'] = false;
  return true;
}

function hasType(schema: JsonObject, type: string): boolean {
  return schema['type'] === type || asArray(schema['type']).includes(type);
}

function describeRest(schema: JsonObject, fields: Fields, described: Set<string>): JsonObject {
  const words: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    if (value === undefined || [...KEPT, ...STRUCTURE, ...SILENT].includes(name)) continue;
    if (isEnforced(name, value)) {
      fields[name] = value;
      continue;
    }
    described.add(name);
    words.push(`${name}: ${JSON.stringify(value)}`);
  }
  if (words.length === 0) return fields;
  const before = asText(fields['description']);
  return { ...fields, description: `${before === undefined ? '' : `${before}\n\n`}{${words.join(', ')}}` };
}

function isEnforced(name: string, value: Json): boolean {
  if (name === 'format') return typeof value === 'string' && FORMATS.includes(value);
  return name === 'minItems' && (value === 0 || value === 1);
}

/** Whether a tool can take the schema as its input: a tool's input is an object, and its root no choice between schemas. */
export function fitsTool(schema: JsonObject): boolean {
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => asObjects(schema[name]));
  const type = schema['type'];
  return (
    choices.length === 0 && (type === 'object' || (type === undefined && !('enum' in schema) && !('$ref' in schema)))
  );
}
