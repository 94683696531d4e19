import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

const FOLDER = resolve(import.meta.dirname, '../../../shared/specs/google');
const GEMINI = resolve(FOLDER, 'gemini-native.openapi.json');
const VERTEX = resolve(FOLDER, 'aiplatform.v1.json');

export const specified = existsSync(GEMINI) && existsSync(VERTEX);

/** What checks a body of each service, by the name that its request has in Google's own description of the API. */
export interface GoogleSpecification {
  readonly google: (name: string) => ValidateFunction;
  readonly vertex: (name: string) => ValidateFunction;
}

export function loadGoogleSpecification(): GoogleSpecification {
  const gemini = read(GEMINI) as { readonly components: JsonObject };
  const vertex = read(VERTEX) as { readonly schemas: JsonObject };
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false });
  ajv.addSchema({ $id: 'gemini', components: gemini.components });
  ajv.addSchema({ $id: 'vertex', $defs: fromDiscovery(vertex.schemas) as JsonObject });
  return {
    google: (name) => ajv.compile({ $ref: `gemini#/components/schemas/${name}` }),
    vertex: (name) => ajv.compile({ $ref: `vertex#/$defs/GoogleCloudAiplatformV1${name}` }),
  };
}

function read(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json;
}

/** Google's discovery format in JSON Schema: references by bare name, `any`, and no field but those that are listed. */
function fromDiscovery(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(fromDiscovery);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as JsonObject;
  if (typeof fields['$ref'] === 'string') return { $ref: `#/$defs/${fields['$ref']}` };
  const { type, id: _id, format: _format, ...others } = fields;
  const converted = Object.entries(others).map(([name, field]) => [name, fromDiscovery(field ?? null)] as const);
  const isRecord = type === 'object' && others['properties'] !== undefined;
  return {
    ...Object.fromEntries(converted),
    // A property may itself be called `type` or `format`.
    ...(typeof type === 'string' ? type !== 'any' && { type } : type !== undefined && { type: fromDiscovery(type) }),
    ...(typeof _format === 'object' && { format: fromDiscovery(_format) }),
    ...(typeof _id === 'object' && { id: fromDiscovery(_id) }),
    ...(isRecord && others['additionalProperties'] === undefined && { additionalProperties: false }),
  };
}
