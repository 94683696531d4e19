import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { exampleNumber, exampleText } from './example-scalars.js';
import { asObject, asObjects } from '../json-fields.js';

/** From this depth on only what is required is given, so that a schema that refers to itself comes to an end. */
const SPARE_DEPTH = 4;
const MAX_DEPTH = 24;
/** Schemas that double themselves at each level would take for ever; what comes after so many is null. */
const MAX_SCHEMAS = 2000;

interface Place {
  readonly root: JsonObject;
  readonly depth: number;
  /** How many more schemas may be looked at, everywhere in the value. */
  readonly budget: { left: number };
}

/**
 * A value that fits a JSON schema, always the same for the same schema. Kept to: types, `enum`, `const`, local `$ref`,
 * `anyOf`, `oneOf`, `allOf`, required properties, lengths, bounds, multiples and common formats; not to patterns, `not` and
 * conditions.
 */
export function exampleOf(schema: JsonObject): Json {
  return valueOf(schema, { root: schema, depth: 0, budget: { left: MAX_SCHEMAS } });
}

function valueOf(written: JsonObject, place: Place): Json {
  if (place.depth > MAX_DEPTH || place.budget.left <= 0) return null;
  const schema = whole(written, place);
  if (schema['const'] !== undefined) return schema['const'];
  const [first] = Array.isArray(schema['enum']) ? (schema['enum'] as readonly Json[]) : [];
  if (first !== undefined) return first;
  const option = chooseOption([...asObjects(schema['anyOf']), ...asObjects(schema['oneOf'])], place);
  if (option !== undefined) {
    const { anyOf: _anyOf, oneOf: _oneOf, ...common } = schema;
    return valueOf(merge(common, option), below(place));
  }
  return ofType(typeOf(schema, place), schema, place);
}

function ofType(type: Json, schema: JsonObject, place: Place): Json {
  switch (type) {
    case 'object':
      return objectOf(schema, place);
    case 'array':
      return arrayOf(schema, place);
    case 'integer':
    case 'number':
      return exampleNumber(schema, type);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return exampleText(schema);
  }
}

/** The schema with what it refers to and what it is composed of. */
function whole(schema: JsonObject, place: Place): JsonObject {
  const { $ref: reference, allOf, ...own } = schema;
  place.budget.left -= 1;
  if (place.depth > MAX_DEPTH || place.budget.left <= 0) return own;
  const target = typeof reference === 'string' ? resolve(reference, place.root) : undefined;
  const parents = [...(target ? [target] : []), ...asObjects(allOf)].map((parent) => whole(parent, below(place)));
  return parents.reduce(merge, own);
}

function resolve(reference: string, root: JsonObject): JsonObject | undefined {
  if (!reference.startsWith('#')) return undefined;
  const steps = reference.split('/').slice(1);
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return asObject(names.reduce<Json | undefined>((at, name) => asObject(at)?.[name], root));
}

function below(place: Place): Place {
  return { ...place, depth: place.depth + 1 };
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const required = [left['required'], right['required']].flatMap((names) =>
    Array.isArray(names) ? (names as readonly Json[]) : [],
  );
  const properties = { ...asObject(left['properties']), ...asObject(right['properties']) };
  return {
    ...left,
    ...right,
    ...(required.length > 0 && { required }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

/** The first one; deep down one without structure, where there is one. */
function chooseOption(options: readonly JsonObject[], place: Place): JsonObject | undefined {
  if (place.depth < SPARE_DEPTH) return options[0];
  const types = options.map((option) => whole(option, place)['type']);
  const plain = options.find((_option, index) => !['object', 'array', undefined].includes(types[index] as string));
  return plain ?? options[0];
}

function typeOf(schema: JsonObject, { depth }: Place): Json {
  const type = schema['type'];
  if (Array.isArray(type)) {
    const types = type as readonly Json[];
    const spare = depth >= SPARE_DEPTH && types.includes('null');
    return spare ? 'null' : (types.find((name) => name !== 'null') ?? 'null');
  }
  if (type !== undefined) return type;
  if (schema['properties'] !== undefined || schema['required'] !== undefined) return 'object';
  return schema['items'] !== undefined ? 'array' : 'string';
}

function objectOf(schema: JsonObject, place: Place): JsonObject {
  const properties = asObject(schema['properties']) ?? {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly Json[]) : [];
  const optional = place.depth < SPARE_DEPTH ? Object.keys(properties) : [];
  const names = [...new Set([...optional, ...required.filter((name) => typeof name === 'string')])];
  return Object.fromEntries(names.map((name) => [name, valueOf(asObject(properties[name]) ?? {}, below(place))]));
}

function arrayOf(schema: JsonObject, place: Place): Json {
  const least = Number(schema['minItems'] ?? 0);
  const most = Number(schema['maxItems'] ?? Number.POSITIVE_INFINITY);
  const count = Math.min(Math.max(least, place.depth < SPARE_DEPTH ? 1 : 0), most, 100);
  const items = asObject(schema['items']) ?? {};
  return Array.from({ length: count }, () => valueOf(items, below(place)));
}
