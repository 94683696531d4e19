import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROPERTY_TREATMENTS } from '../../api/dialects/openai-chat/property-treatments.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: unknown };
}

const SPECIFICATION = resolve(import.meta.dirname, '../../../shared/specs/openai/openapi.yaml');
const present = existsSync(SPECIFICATION);
if (!present) console.warn(`skipped: no specification of OpenAI at ${SPECIFICATION}`);

/** The properties of a schema and of every schema that it is composed of. */
function propertiesOf(schema: Schema, schemas: { readonly [name: string]: Schema }): readonly string[] {
  const parents = (schema.allOf ?? []).flatMap((parent) => propertiesOf(parent, schemas));
  const target = schema.$ref === undefined ? undefined : schemas[schema.$ref.split('/').at(-1) ?? ''];
  const referred = target === undefined ? [] : propertiesOf(target, schemas);
  return [...new Set([...parents, ...referred, ...Object.keys(schema.properties ?? {})])];
}

describe.skipIf(!present)('the table of treatments and the specification', () => {
  it('name the same properties', () => {
    const document = parse(readFileSync(SPECIFICATION, 'utf8')) as {
      components: { schemas: { [name: string]: Schema } };
    };
    const { schemas } = document.components;
    const request = propertiesOf({ $ref: '#/components/schemas/CreateChatCompletionRequest' }, schemas);
    expect(request.length).toBeGreaterThan(30);
    expect(Object.keys(PROPERTY_TREATMENTS).sort()).toEqual([...request].sort());
  });
});

describe('the table of treatments', () => {
  it('gives a reason for every cell', () => {
    for (const [property, row] of Object.entries(PROPERTY_TREATMENTS)) {
      for (const [kind, { reason }] of Object.entries(row)) {
        expect(reason, `${property} at ${kind}`).toMatch(/\.$/);
      }
    }
  });
});
