import { z } from 'zod';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

/** The schemas that the document shares, by name: those of zod that have an id. */
export interface JsonSchemas {
  /** `input`: what may be sent, before defaults and conversions; `output`: what is answered. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonObject;
  readonly shared: { readonly [name: string]: JsonObject };
}

/**
 * zod's schemas as JSON Schema 2020-12, which is OpenAPI 3.1's. Schemas of answers do not forbid further fields, so that a
 * field that comes later breaks no client that was generated from the document.
 */
export function createJsonSchemas(): JsonSchemas {
  const shared: { [name: string]: JsonObject } = {};
  return {
    shared,
    of: (schema, io) => {
      const {
        $schema: _dialect,
        $defs = {},
        ...root
      } = z.toJSONSchema(schema, {
        target: 'draft-2020-12',
        io,
        unrepresentable: 'any',
        override: ({ jsonSchema }) => {
          if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        },
      });
      for (const [name, definition] of Object.entries($defs))
        share(shared, name, refer(definition as Json) as JsonObject);
      return refer(root as Json) as JsonObject;
    },
  };
}

function share(shared: { [name: string]: JsonObject }, name: string, definition: JsonObject): void {
  const { id: _id, ...plain } = definition;
  const earlier = shared[name];
  if (earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(plain)) {
    throw new Error(`two schemas share the id ${name}: give each an id of its own`);
  }
  shared[name] = plain;
}

/** The same with references into the document's components. */
function refer(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => refer(item) as Json);
  const members = Object.entries(value).map(([name, inner]) => [
    name,
    name === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', '#/components/schemas/') : refer(inner),
  ]);
  return Object.fromEntries(members) as JsonObject;
}
