import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

const FOLDER = resolve(import.meta.dirname, '../../../shared/specs');

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: unknown };
}

export interface OpenAiSpecification {
  /** The properties of a schema and of every schema that it is composed of. */
  propertiesOf(name: string): readonly string[];
  validator(name: string): ValidateFunction;
}

/** The vendors that speak OpenAI's dialects and describe their API. */
export type DescribedVendor = 'openai' | 'mistral' | 'openrouter';

interface SpecificationOptions {
  readonly vendor?: DescribedVendor;
  readonly lenientUnions?: boolean;
}

/**
 * A vendor's own description of its API, OpenAI's where none is named; `undefined`, said aloud, where it is absent. With
 * `lenientUnions` a value may fit several of a union's members: the Responses API says `oneOf` of members that overlap (a
 * user's message fits four).
 */
export function loadOpenAiSpecification({ vendor = 'openai', lenientUnions = false }: SpecificationOptions = {}):
  OpenAiSpecification | undefined {
  const path = resolve(FOLDER, vendor, 'openapi.yaml');
  if (!existsSync(path)) {
    console.warn(`skipped: no specification of ${vendor} at ${path}`);
    return undefined;
  }
  const document = parse(readFileSync(path, 'utf8')) as {
    readonly components: JsonObject & { readonly schemas: JsonObject };
  };
  const schemas = document.components.schemas as { readonly [name: string]: Schema };
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  const components = withoutNullable(document.components);
  ajv.addSchema({ $id: vendor, components: lenientUnions ? withAnyOf(components) : components });
  return {
    propertiesOf: (name) => propertiesOf({ $ref: `#/components/schemas/${name}` }, schemas),
    validator: (name) => ajv.compile({ $ref: `${vendor}#/components/schemas/${name}` }),
  };
}

function propertiesOf(schema: Schema, schemas: { readonly [name: string]: Schema }): readonly string[] {
  const parents = (schema.allOf ?? []).flatMap((parent) => propertiesOf(parent, schemas));
  const target = schema.$ref === undefined ? undefined : schemas[schema.$ref.split('/').at(-1) ?? ''];
  const referred = target === undefined ? [] : propertiesOf(target, schemas);
  return [...new Set([...parents, ...referred, ...Object.keys(schema.properties ?? {})])];
}

/** The document is OpenAPI 3.1, which has no `nullable`, and uses it all the same. */
function withoutNullable(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...fields } = value as JsonObject;
  const clean = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, withoutNullable(field ?? null)]),
  );
  return nullable === true ? { anyOf: [clean, { type: 'null' }] } : clean;
}

function withAnyOf(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withAnyOf);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as JsonObject);
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name === 'oneOf' && Array.isArray(field) ? 'anyOf' : name,
      withAnyOf(field ?? null),
    ]),
  );
}
