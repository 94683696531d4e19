import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../workflows/contracts/json.js';

const MODELS = resolve(import.meta.dirname, '../../../shared/specs/aws');

interface Member {
  readonly shape: string;
  /** Where it goes, if not in the body. */
  readonly location?: string;
}

interface Shape {
  readonly type: string;
  readonly members?: { readonly [name: string]: Member };
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly document?: boolean;
  readonly member?: Member;
  readonly value?: Member;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

/** AWS's own description of the Bedrock Runtime, or of Bedrock beside it; `undefined`, said aloud, where it is absent. */
export function loadBedrockModel(
  service: 'bedrock-runtime' | 'bedrock' = 'bedrock-runtime',
): { validator(shape: string): ValidateFunction } | undefined {
  const model = resolve(MODELS, `${service}.service-2.json`);
  if (!existsSync(model)) {
    console.warn(`skipped: no service model of Bedrock at ${model}`);
    return undefined;
  }
  const { shapes } = JSON.parse(readFileSync(model, 'utf8')) as { readonly shapes: { readonly [name: string]: Shape } };
  // Patterns escape more than expressions with the flag `u` may.
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, unicodeRegExp: false });
  const $defs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, toSchema(shape)]));
  ajv.addSchema({ $id: 'bedrock', $defs });
  return { validator: (name) => ajv.compile({ $ref: `bedrock#/$defs/${name}` }) };
}

/** A shape as a JSON schema that takes the fields of its body, and no other. */
function toSchema(shape: Shape): JsonObject {
  switch (shape.type) {
    case 'structure':
      return shape.document === true ? {} : toObject(shape);
    case 'list':
      return { type: 'array', items: toReference(shape.member), ...bounds(shape, 'minItems', 'maxItems') };
    case 'map':
      return { type: 'object', additionalProperties: toReference(shape.value) };
    case 'string':
      return {
        type: 'string',
        ...(shape.enum && { enum: shape.enum }),
        ...(shape.pattern !== undefined && { pattern: `^(?:${shape.pattern})$` }),
        ...bounds(shape, 'minLength', 'maxLength'),
      };
    case 'blob':
      return { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$', ...bounds(shape, 'minLength', '') };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
    case 'long':
      return { type: 'integer', ...bounds(shape, 'minimum', 'maximum') };
    case 'float':
    case 'double':
      return { type: 'number', ...bounds(shape, 'minimum', 'maximum') };
    default:
      return {};
  }
}

function toObject({ members = {}, required = [], union = false }: Shape): JsonObject {
  const inBody = Object.entries(members).filter(([, { location }]) => location === undefined);
  const names = inBody.map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(inBody.map(([name, member]) => [name, toReference(member)])),
    required: required.filter((name) => names.includes(name)),
    additionalProperties: false,
    ...(union && { minProperties: 1, maxProperties: 1 }),
  };
}

function toReference(member: Member | undefined): JsonObject {
  return member === undefined ? {} : { $ref: `#/$defs/${member.shape}` };
}

function bounds({ min, max }: Shape, least: string, most: string): JsonObject {
  return { ...(min !== undefined && { [least]: min }), ...(max !== undefined && most !== '' && { [most]: max }) };
}
