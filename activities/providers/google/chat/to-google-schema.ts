import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, isArray } from '../../json-fields.js';

/**
 * What Google reads of a JSON schema (https://ai.google.dev/api/generate-content#FIELDS.response_json_schema); it refuses
 * some others ("Unknown name"), and passes over the rest.
 */
const KEYWORDS = new Set([
  ...['$id', '$defs', '$ref', '$anchor', 'type', 'format', 'description', 'enum', 'items', 'prefixItems'],
  ...['minItems', 'maxItems', 'minimum', 'maximum', 'anyOf', 'oneOf', 'properties', 'additionalProperties'],
  ...['required', 'propertyOrdering'],
]);
/** Annotations, which nobody misses. */
const ANNOTATIONS = new Set([
  '$schema',
  '$comment',
  'title',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
]);
/** Other formats of strings are refused for some models. */
const FORMATS = new Set(['date-time', 'date', 'time', 'float', 'double', 'int32', 'int64', 'enum']);

export interface GoogleSchema {
  readonly schema: JsonObject;
  /** Keywords that were left out, so that the vendor does not hold its models to them. */
  readonly left: readonly string[];
}

/** A JSON schema in the part of the language that Google reads. */
export function toGoogleSchema(written: JsonObject): GoogleSchema {
  const left = new Set<string>();
  return { schema: narrow(written, left), left: [...left].sort() };
}

function narrow(written: JsonObject, left: Set<string>): JsonObject {
  // "If $ref is set on a sub-schema, no other properties, except for than those starting as a $, may be set."
  const isReference = typeof written['$ref'] === 'string';
  const entries = Object.entries(written).flatMap(([keyword, value]): readonly (readonly [string, Json])[] => {
    if (value === undefined || ANNOTATIONS.has(keyword)) return [];
    if (isReference && !keyword.startsWith('$')) return [];
    if (keyword === 'const') return [['enum', [value]]];
    if (keyword === 'definitions') return [['$defs', narrowEach(value, left)]];
    if (!KEYWORDS.has(keyword) || (keyword === 'format' && !(typeof value === 'string' && FORMATS.has(value)))) {
      left.add(keyword);
      return [];
    }
    return [[keyword, narrowValue(keyword, value, left)]];
  });
  return Object.fromEntries(entries);
}

function narrowValue(keyword: string, value: Json, left: Set<string>): Json {
  switch (keyword) {
    case '$ref':
      return typeof value === 'string' ? value.replace(/^#\/definitions\//, '#/$defs/') : value;
    case 'properties':
    case '$defs':
      return narrowEach(value, left);
    case 'items':
    case 'additionalProperties':
    case 'prefixItems':
    case 'anyOf':
    case 'oneOf':
      return narrowIn(value, left);
    default:
      return value;
  }
}

function narrowIn(value: Json, left: Set<string>): Json {
  if (isArray(value)) return value.map((item) => narrowIn(item, left));
  const schema = asObject(value);
  return schema === undefined ? value : narrow(schema, left);
}

/** Schemas by name, none of which is a keyword. */
function narrowEach(value: Json, left: Set<string>): Json {
  const schemas = asObject(value);
  if (schemas === undefined) return value;
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, schema === undefined ? undefined : narrowIn(schema, left)]),
  );
}
