import type { JsonObject } from '../../workflows/contracts/json.js';
import type { JsonSchemas } from './json-schemas.js';
import type { Operation } from './operation.js';

/** What an operation takes outside its body. Lists and ranges of a query are written as OpenAI's clients write them. */
export function renderParameters(
  { params, query, requestHeaders = [] }: Operation,
  schemas: JsonSchemas,
): JsonObject[] {
  return [
    ...fieldsOf(params && schemas.of(params, 'input')).map(({ name, schema }) => ({
      name,
      in: 'path',
      required: true,
      schema,
    })),
    ...fieldsOf(query && schemas.of(query, 'input')).map(renderQueryField),
    ...requestHeaders.map(({ name, description, schema }) => ({
      name,
      in: 'header',
      description,
      schema: schemas.of(schema, 'input'),
    })),
  ];
}

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonObject;
}

function fieldsOf(schema: JsonObject | undefined): readonly Field[] {
  const required = (schema?.['required'] ?? []) as readonly string[];
  return Object.entries((schema?.['properties'] ?? {}) as { readonly [name: string]: JsonObject }).map(
    ([name, field]) => ({ name, required: required.includes(name), schema: field }),
  );
}

function renderQueryField({ name, required, schema }: Field): JsonObject {
  const where = { in: 'query', ...(required && { required }), schema };
  if (schema['type'] === 'array') return { name: `${name}[]`, ...where, style: 'form', explode: true };
  if (schema['type'] === 'object') return { name, ...where, style: 'deepObject', explode: true };
  return { name, ...where };
}
